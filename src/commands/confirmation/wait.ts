import { Args, Flags, type Interfaces } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { findTransaction, RUNG_NOT_REACHED, waitForRung } from '../../cli/find-transaction.ts'
import { JUNIT_FLAG, withJUnit } from '../../cli/junit.ts'
import { openNetwork } from '../../cli/network.ts'
import { RUNGS } from '../../primitives/ladder.ts'

export default class ConfirmationWait extends BaseCommand {
  static override readonly summary =
    'Wait until a transaction has reached a rung of the ladder; exit code 3 if it has not in time.'
  static override readonly examples = [
    '<%= config.bin %> confirmation wait 0x7c5e…',
    '<%= config.bin %> confirmation wait 0x7c5e… --rollup app --rung beacon --timeout 5000',
    '<%= config.bin %> confirmation wait 0x7c5e… --junit reports/wait.xml',
  ]
  static override readonly args = {
    tx: Args.string({ required: true, description: 'hash of the transaction' }),
  }
  static override readonly flags = {
    rung: Flags.option({ summary: 'which one', options: RUNGS, default: 'soft' })(),
    rollup: Flags.string({ summary: 'look in this rollup only', helpValue: 'NAME' }),
    junit: JUNIT_FLAG,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ConfirmationWait)
    const check = { suite: this.commandName, name: `${args.tx} reaches ${flags.rung}` }
    await withJUnit(flags.junit, check, this.output, () => this.#wait(args, flags))
  }

  async #wait(
    args: Interfaces.InferredArgs<typeof ConfirmationWait.args>,
    flags: Interfaces.InferredFlags<typeof ConfirmationWait.flags & typeof BaseCommand.baseFlags>,
  ): Promise<void> {
    const deadline = Date.now() + flags.timeout
    const network = await openNetwork(this.folder(flags), flags.timeout)
    const found = await findTransaction(network, args.tx, flags.rollup)
    const { rung, timeout: timeoutMs } = flags
    const status = await waitForRung(found, rung, deadline)
    if (status === null) {
      const { hash, rung: at } = found.status
      throw RUNG_NOT_REACHED({ hash, rung, at, timeoutMs })
    }
    this.report({ rollup: found.endpoint.name, ...status }, () =>
      this.output.print(`${args.tx} is ${status.rung}`),
    )
  }
}
