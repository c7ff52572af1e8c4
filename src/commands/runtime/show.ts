import { BaseCommand } from '../../cli/base-command.ts'
import type { RuntimeAnswer } from '../../cli/beacon-answers.ts'
import { openNetwork } from '../../cli/network.ts'
import { table } from '../../cli/output.ts'
import { shippedRuntime } from '../../devnet/stored-genesis.ts'
import { keccakHex } from '../../primitives/hash.ts'

export default class RuntimeShow extends BaseCommand {
  static override readonly summary =
    "Show the code that executes the Beacon Layer's blocks, the one that is proposed, and the last one that failed."
  static override readonly examples = [
    '<%= config.bin %> runtime show',
    '<%= config.bin %> runtime show --json',
  ]

  async run(): Promise<void> {
    const { flags } = await this.parse(RuntimeShow)
    const { beacon } = await openNetwork(this.folder(flags), flags.timeout)
    const runtime = (await beacon.request('beacon_getRuntime')) as RuntimeAnswer
    const shipped = keccakHex(shippedRuntime())
    this.report({ ...runtime, shipped }, () => {
      for (const line of table(rowsOf(runtime, shipped))) this.output.print(line)
    })
  }
}

function rowsOf({ code, bytes, proposal, probation, failure }: RuntimeAnswer, shipped: string): string[][] {
  const origin =
    code === shipped ? 'as this version of beacon ships it' : 'not the one that this version ships'
  const rows = [['executes', code, `${bytes} bytes, ${origin}`]]
  if (probation !== null) {
    rows.push(['before', probation.previous, `comes back if it fails up to epoch ${probation.until}`])
  }
  if (proposal !== null) {
    const share = (Number(proposal.weight) / Number(proposal.totalWeight)) * 100
    const standing =
      proposal.startsIn === null
        ? `${share.toFixed(1)} % of the weight approve; more than 66.7 % are needed`
        : `approved; begins with epoch ${proposal.startsIn}`
    rows.push(['proposed', proposal.code, `in epoch ${proposal.proposedIn}; ${standing}`])
  }
  if (failure !== null) {
    rows.push(['failed', failure.code, `${failure.reason}, in Beacon block ${failure.height}`])
  }
  return rows
}
