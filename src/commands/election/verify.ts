import { Args, Flags, type Interfaces } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { JUNIT_FLAG, withJUnit } from '../../cli/junit.ts'
import { LightClient } from '../../cli/light-client.ts'
import { checkRollupIsRegistered, openNetwork } from '../../cli/network.ts'

export default class ElectionVerify extends BaseCommand {
  static override readonly summary =
    'Verify that a committee was drawn by the rules, without trusting the node.'
  static override readonly description =
    "Trusts the genesis only: checks the validators' signatures over a Beacon block, the proofs of stakes, seed and committee in its state, and every seat of the draw."
  static override readonly examples = [
    '<%= config.bin %> election verify app',
    '<%= config.bin %> election verify app --epoch 3 --json',
    '<%= config.bin %> election verify app --junit reports/election.xml',
  ]
  static override readonly args = { rollup: Args.string({ required: true, description: 'its name' }) }
  static override readonly flags = {
    epoch: Flags.integer({ summary: 'the present one if left out', min: 0, helpValue: 'N' }),
    junit: JUNIT_FLAG,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ElectionVerify)
    const check = { suite: this.commandName, name: `the committee of ${args.rollup}` }
    await withJUnit(flags.junit, check, this.output, () => this.#verify(args, flags))
  }

  async #verify(
    args: Interfaces.InferredArgs<typeof ElectionVerify.args>,
    flags: Interfaces.InferredFlags<typeof ElectionVerify.flags & typeof BaseCommand.baseFlags>,
  ): Promise<void> {
    const folder = this.folder(flags)
    const network = await openNetwork(folder, flags.timeout)
    await checkRollupIsRegistered(network, args.rollup)
    const client = new LightClient(folder.genesisFile, network.beacon)
    const { committee, drawn, provenAt } = await client.proveCommittee(args.rollup, flags.epoch)
    const { epoch, sub } = committee.instance
    const { seed, seats, standby, replaced, committeeRoot } = drawn
    const result = {
      rollup: args.rollup,
      epoch,
      sub,
      seed,
      committeeRoot,
      seats,
      standby,
      replaced,
      beaconHeight: provenAt,
    }
    this.report({ verified: true, ...result }, () => {
      this.output.print(
        `verified: epoch ${epoch} of ${args.rollup} is sequenced by validators ${seats.join(' ')}`,
      )
      for (const { seat, validator } of replaced) {
        this.output.print(`seat ${seat} was validator ${validator}'s, proven to have been expelled`)
      }
      this.output.print(`reserves ${standby.join(' ')}, seed ${seed}, under final Beacon block ${provenAt}`)
    })
  }
}
