import { Args } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import type { CommitteeAnswer, RollupAnswer, SoftHeadsAnswer } from '../../cli/beacon-answers.ts'
import { committeeResult, describeCommittee } from '../../cli/describe-committee.ts'
import { openNetwork, ROLLUP_UNKNOWN } from '../../cli/network.ts'
import { table } from '../../cli/output.ts'

export default class RollupInspect extends BaseCommand {
  static override readonly summary =
    'Show a rollup: what it was registered with, who sequences it, how far its blocks have climbed.'
  static override readonly args = { name: Args.string({ required: true, description: 'of the rollup' }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RollupInspect)
    const network = await openNetwork(this.folder(flags), flags.timeout)
    const rollup = (await network.beacon.request('beacon_getRollup', [args.name])) as RollupAnswer | null
    if (rollup === null) {
      throw ROLLUP_UNKNOWN({ name: args.name, known: network.endpoints.rollups.map(({ name }) => name) })
    }
    const { endpoint, rpc } = network.rollup(args.name)
    const [committee, heads] = await Promise.all([
      network.beacon.request('beacon_getCommittee', [args.name]) as Promise<CommitteeAnswer | null>,
      rpc.request('soft_getHeads') as Promise<SoftHeadsAnswer>,
    ])
    const { rpcUrl, wsUrl } = endpoint
    const drawn = committee === null ? { committee: [], standby: [] } : committeeResult(committee)
    this.report({ ...rollup, rpcUrl, wsUrl, heads, ...drawn }, () => {
      this.output.print(
        `${this.output.paint.bold(rollup.name)}: chain ${rollup.chainId} at ${rpcUrl} (${wsUrl})`,
      )
      for (const line of committee === null ? [] : describeCommittee(committee)) this.output.print(line)
      const rows = Object.entries(heads).map(([rung, head]) => [
        rung,
        head === null ? 'none' : `block ${head.number}`,
      ])
      for (const line of table(rows)) this.output.print(line)
    })
  }
}
