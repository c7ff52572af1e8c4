import { CHAIN_FLAGS, FaultCommand, VALIDATORS } from '../../../cli/fault-command.ts'

export default class DevnetFaultEquivocate extends FaultCommand {
  static override readonly summary =
    'Make validators vote for two blocks in the same view, and propose two where they lead.'
  static override readonly description =
    "The others prove it to the Beacon Layer, which takes a twentieth of the validator's stake and expels it for good; the next reserve takes its seat. `validator list`, `rollup inspect`, `trace`, `run watch` and the hook staking.slashed tell of it. Healing ends the votes, not the verdict."
  static override readonly examples = [
    '<%= config.bin %> devnet fault equivocate validator-2',
    '<%= config.bin %> devnet fault equivocate validator-2 --rollup app --beacon',
  ]
  static override readonly args = { processes: VALIDATORS }
  static override readonly flags = CHAIN_FLAGS

  async run(): Promise<void> {
    const { args, flags } = await this.parse(DevnetFaultEquivocate)
    const { rollup: rollups, beacon } = flags
    await this.carryOut(flags, { kind: 'equivocate', processes: args.processes, rollups, beacon })
  }
}
