import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { USAGE } from '../../cli/failure.ts'
import { askSupervisor } from '../../devnet/control-client.ts'
import { WARP_EPOCHS_MAX, WARP_SECONDS_MAX } from '../../devnet/time.ts'
import type { Warped } from '../../devnet/warp.ts'

export default class DevnetWarp extends BaseCommand {
  static override readonly summary =
    'Move the clock of a running network forwards: of its L1, its Beacon Layer and its rollups.'
  static override readonly description =
    'With SECONDS the next blocks bear a time that much later. With --epochs the network goes through every block of so many epochs, elections and hand-overs included, as fast as it can. Only the time in blocks moves: timeouts and pauses are still those of the machine.'
  static override readonly examples = [
    '<%= config.bin %> devnet warp 86400',
    '<%= config.bin %> devnet warp --epochs 2 --json',
  ]
  static override readonly args = {
    seconds: Args.integer({ min: 1, max: WARP_SECONDS_MAX, description: 'by how many' }),
  }
  static override readonly flags = {
    epochs: Flags.integer({
      summary: 'until so many more epochs of the Beacon Layer have begun',
      min: 1,
      max: WARP_EPOCHS_MAX,
      helpValue: 'N',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(DevnetWarp)
    const { seconds } = args
    const { epochs } = flags
    if ((seconds === undefined) === (epochs === undefined)) {
      throw USAGE({ problem: 'name either SECONDS or --epochs', help: 'beacon devnet warp --help' })
    }
    const asked =
      seconds === undefined ? { by: 'epochs', amount: epochs } : { by: 'seconds', amount: seconds }
    const { timeout } = flags
    const { path } = this.folder(flags)
    const warped = (await askSupervisor(path, 'warp', { ...asked, timeoutMs: timeout }, timeout)) as Warped
    this.report(warped, () =>
      this.output.print(
        `it is ${new Date(warped.time).toISOString()} on all chains, in epoch ${warped.epoch}`,
      ),
    )
  }
}
