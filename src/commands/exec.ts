import { Flags } from '@oclif/core'
import { BaseCommand, CheckFailed } from '../cli/base-command.ts'
import { configuredOptions } from '../cli/configured-devnet.ts'
import { USAGE } from '../cli/failure.ts'
import { checkCommand, exitCodeOf, runCommand } from '../cli/run-command.ts'
import { StartProgress } from '../cli/start-progress.ts'
import { describeEnvironment } from '../devnet/environment.ts'
import type { DevnetFolder } from '../devnet/folder.ts'
import { copyLogs } from '../devnet/logs.ts'
import type { GivenOptions } from '../devnet/options.ts'
import { describeExit, type ProcessExit } from '../devnet/process.ts'
import { startTied, type TiedDevnet } from '../devnet/tied.ts'
import { defineError } from '../errors/beacon-error.ts'

const COMMAND_FAILED = defineError<{ command: string; exit: ProcessExit }>({
  code: 'C502',
  name: 'COMMAND_FAILED',
  kind: 'check',
  message: ({ command, exit }) => `'${command}' failed: ${describeExit(exit)}`,
  hint: () => "its output says why; --logs FOLDER keeps the network's logs when it fails",
})

interface Wishes {
  readonly name: string
  readonly rollup: readonly string[] | undefined
  readonly validators: number | undefined
  readonly seed: string | undefined
}

export default class Exec extends BaseCommand {
  static override readonly summary =
    'Run a command with a network of its own, which is there while the command runs and leaves nothing behind.'
  static override readonly description =
    'The command finds the network in its environment: ETH_RPC_URL (the first rollup), BEACON_ROLLUP_<NAME>_RPC_URL, BEACON_L1_RPC_URL, BEACON_PRIVATE_KEY and more, and the file BEACON_ENDPOINTS_FILE. What no flag says, beacon.config does. Ends with the exit code of the command.'
  static override readonly examples = [
    '<%= config.bin %> exec -- npm test',
    '<%= config.bin %> exec --rollup app --rollup game --logs ci-logs -- forge script Deploy --broadcast',
    `<%= config.bin %> exec -- sh -c 'cast chain-id'`,
  ]
  static override readonly strict = false
  static override readonly usage = 'exec [--rollup NAME]... [--validators N] -- COMMAND'
  static override readonly flags = {
    rollup: Flags.string({ summary: 'a rollup of the network (app)', multiple: true, helpValue: 'NAME' }),
    validators: Flags.integer({
      summary: 'how many validators (7)',
      env: 'BEACON_VALIDATORS',
      helpValue: 'N',
    }),
    seed: Flags.string({
      summary: "what keys and genesis follow from ('beacon')",
      env: 'BEACON_SEED',
      helpValue: 'TEXT',
    }),
    logs: Flags.string({ summary: 'where the logs go if something fails', helpValue: 'FOLDER' }),
    name: Flags.string({
      summary: 'start it as beacon.config says of this devnet',
      default: 'default',
      helpValue: 'NAME',
    }),
    // The network has a temporary folder, whatever this says.
    dir: Flags.string({ hidden: true }),
  }

  /** Of the command, if it failed. */
  #exitCode: number | undefined

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Exec)
    const command = argv as string[]
    if (command[0] === undefined)
      throw USAGE({ problem: 'there is no command to run', help: 'beacon exec --help' })
    checkCommand(command[0])
    const { timeout: timeoutMs, logs } = flags
    const progress = new StartProgress(this.output)
    const devnet = await progress.follow(
      startTied({
        given: await this.#options(flags),
        keep: false,
        timeoutMs,
        onEvent: (event) => void progress.notice(event),
        ...(logs === undefined ? {} : { onFailure: (folder) => this.#keepLogs(folder, logs) }),
      }),
    )
    await this.#run(command, devnet, logs)
  }

  protected override async catch(cause: Error): Promise<void> {
    await super.catch(cause)
    if (this.#exitCode !== undefined) process.exitCode = this.#exitCode
  }

  /** What flags say, then the configuration. */
  async #options({ name, rollup: rollups, validators, seed }: Wishes): Promise<GivenOptions> {
    const configured = configuredOptions(await this.project(), name)
    const said = Object.entries({ rollups, validators, seed }).filter(([, value]) => value !== undefined)
    return { rollups: ['app'], ...configured, ...Object.fromEntries(said) }
  }

  async #run(command: readonly string[], devnet: TiedDevnet, logs: string | undefined): Promise<void> {
    const started = Date.now()
    const env = { ...process.env, ...describeEnvironment(devnet.endpoints) }
    let exit: ProcessExit
    try {
      exit = await runCommand(command, { env, stdout: this.output.isJson ? 'stderr' : 'stdout' })
      if (exit.exitCode !== 0 && logs !== undefined) this.#keepLogs(devnet.folder, logs)
    } finally {
      await devnet.stop()
    }
    const result = { command, ...exit, durationMs: Date.now() - started }
    if (exit.exitCode === 0) return this.report(result, () => {})
    this.#exitCode = exitCodeOf(exit)
    throw new CheckFailed(COMMAND_FAILED({ command: command.join(' '), exit }), result)
  }

  #keepLogs(folder: DevnetFolder, target: string): void {
    copyLogs(folder, target)
    this.output.note(`the network's logs are in ${target}`)
  }
}
