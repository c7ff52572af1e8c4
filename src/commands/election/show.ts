import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { describeElection, electionResult, fetchElection } from '../../cli/election/show-election.ts'
import { openNetwork } from '../../cli/network.ts'

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
    const election = await fetchElection(network, args.rollup, flags.epoch)
    this.report(electionResult(election), () => {
      for (const line of describeElection(election)) this.output.print(line)
    })
  }
}
