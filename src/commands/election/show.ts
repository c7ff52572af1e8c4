import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import type { CommitteeAnswer, RollupAnswer, ValidatorSetAnswer } from '../../cli/beacon-answers.ts'
import { committeeResult, describeCommittee } from '../../cli/describe-committee.ts'
import { describeDraw, explainDraw } from '../../cli/election/explain.ts'
import { NOT_AVAILABLE } from '../../cli/light-client.ts'
import { checkRollupIsRegistered, openNetwork } from '../../cli/network.ts'

export default class ElectionShow extends BaseCommand {
  static override readonly summary =
    'Show who was drawn to sequence a rollup, and how: stakes, weights, and the number behind each seat.'
  static override readonly description =
    'The draw is done again here from the stakes, the seed and the rule; that stakes and seed are what the node says, `election verify` proves.'
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
    const { beacon } = network
    const [set, rollup] = (await Promise.all([
      beacon.request('beacon_getValidatorSet', [committee.epoch]),
      beacon.request('beacon_getRollup', [args.rollup]),
    ])) as [ValidatorSetAnswer, RollupAnswer]
    const draw = explainDraw(committee, set, BigInt(rollup.minStake))
    this.report({ rollup: args.rollup, ...committeeResult(committee), draw }, () => {
      for (const line of describeCommittee(committee)) this.output.print(line)
      if (draw !== null) for (const line of describeDraw(draw)) this.output.print(line)
    })
  }
}
