import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import type { CommitteeAnswer } from '../../cli/beacon-answers.ts'
import { committeeResult, describeCommittee } from '../../cli/describe-committee.ts'
import { NOT_AVAILABLE } from '../../cli/light-client.ts'
import { checkRollupIsRegistered, openNetwork } from '../../cli/network.ts'

export default class ElectionShow extends BaseCommand {
  static override readonly summary = 'Show who was drawn to sequence a rollup, as the node says it.'
  static override readonly examples = [
    '<%= config.bin %> election show app',
    '<%= config.bin %> election show app --epoch 3',
  ]
  static override readonly args = { rollup: Args.string({ required: true, description: 'its name' }) }
  static override readonly flags = {
    epoch: Flags.integer({ summary: 'the present one if left out', min: 0, helpValue: 'N' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ElectionShow)
    const network = await openNetwork(this.folder(flags), flags.timeout)
    await checkRollupIsRegistered(network, args.rollup)
    const params = flags.epoch === undefined ? [args.rollup] : [args.rollup, flags.epoch]
    const committee = (await network.beacon.request('beacon_getCommittee', params)) as CommitteeAnswer | null
    if (committee === null)
      throw NOT_AVAILABLE({ what: `the committee of rollup ${params.join(' in epoch ')}` })
    this.report({ rollup: args.rollup, ...committeeResult(committee) }, () => {
      for (const line of describeCommittee(committee)) this.output.print(line)
    })
  }
}
