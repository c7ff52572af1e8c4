import { setTimeout as delay } from 'node:timers/promises'
import { Flags } from '@oclif/core'
import { BaseCommand, CheckFailed } from '../cli/base-command.ts'
import { configuredOptions } from '../cli/configured-devnet.ts'
import { USAGE } from '../cli/failure.ts'
import { openNetwork } from '../cli/network.ts'
import { startForProject } from '../cli/project-network.ts'
import { checkCommand, exitCodeOf, runCommand } from '../cli/run-command.ts'
import { StartProgress } from '../cli/start-progress.ts'
import { describeEnvironment } from '../devnet/environment.ts'
import type { DevnetFolder } from '../devnet/folder.ts'
import { copyLogs } from '../devnet/logs.ts'
import type { GivenOptions } from '../devnet/options.ts'
import { describeExit, type ProcessExit } from '../devnet/process.ts'
import type { TiedDevnet } from '../devnet/tied.ts'
import { defineError } from '../errors/beacon-error.ts'
import type { Project } from '../plugin/project.ts'
import { areHooksWatching, hookTeller } from '../tasks/tell-hooks.ts'
import { watchNetwork } from '../tasks/watch-network.ts'

const COMMAND_FAILED = defineError<{ command: string; exit: ProcessExit }>({
  code: 'C502',
  name: 'COMMAND_FAILED',
  kind: 'check',
  message: ({ command, exit }) => `'${command}' failed: ${describeExit(exit)}`,
  hint: () => "its output says why; --logs FOLDER keeps the network's logs when it fails",
})

/** Bounds each request of the watcher. */
const WATCH_MS = 10_000
/** The watcher looks several times a second; what the command did last is to be told, too. */
const LAST_LOOK_MS = 500

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
    {
      description: 'With the devnet ci of beacon.config, but other validators.',
      command: '<%= config.bin %> exec --name ci --validators 9 --seed "pull request 17" -- npm test',
    },
    "<%= config.bin %> exec -- sh -c 'cast chain-id'",
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
    const project = await this.project()
    const progress = new StartProgress(this.output)
    const devnet = await progress.follow(
      startForProject(
        project,
        {
          given: givenOptions(project, flags),
          keep: false,
          timeoutMs,
          onEvent: (event) => void progress.notice(event),
          ...(logs === undefined ? {} : { onFailure: (folder) => this.#keepLogs(folder, logs) }),
        },
        (line) => this.output.warn(line),
      ),
    )
    const exit = await this.#run(command, project, devnet, logs)
    const result = { command, ...exit }
    if (exit.exitCode === 0) return this.report(result, () => {})
    this.#exitCode = exitCodeOf(exit)
    throw new CheckFailed(COMMAND_FAILED({ command: command.join(' '), exit }), result)
  }

  protected override async catch(cause: Error): Promise<void> {
    await super.catch(cause)
    if (this.#exitCode !== undefined) process.exitCode = this.#exitCode
  }

  /** Tells plugins what happens on the network; the returned function ends that. */
  #watch({ hooks }: Project, { folder }: TiedDevnet): () => Promise<void> {
    if (!areHooksWatching(hooks)) return async () => {}
    const ending = new AbortController()
    const onEvent = hookTeller(hooks, (line) => this.output.note(line))
    const open = () => openNetwork(folder, WATCH_MS)
    const options = { openNetwork: open, since: 0, signal: ending.signal, onEvent }
    const watch = watchNetwork(options).catch((cause: Error) => this.output.warn(cause.message))
    return async () => {
      await delay(LAST_LOOK_MS)
      ending.abort()
      await watch
    }
  }

  /** Stops the network when the command has ended. */
  async #run(
    command: readonly string[],
    project: Project,
    devnet: TiedDevnet,
    logs: string | undefined,
  ): Promise<ProcessExit & { durationMs: number }> {
    const endWatch = this.#watch(project, devnet)
    const started = Date.now()
    try {
      const env = { ...process.env, ...describeEnvironment(devnet.endpoints) }
      const exit = await runCommand(command, { env, stdout: this.output.isJson ? 'stderr' : 'stdout' })
      if (exit.exitCode !== 0 && logs !== undefined) this.#keepLogs(devnet.folder, logs)
      return { ...exit, durationMs: Date.now() - started }
    } finally {
      await endWatch()
      await devnet.stop()
    }
  }

  #keepLogs(folder: DevnetFolder, target: string): void {
    copyLogs(folder, target)
    this.output.note(`the network's logs are in ${target}`)
  }
}

/** What flags say, then the configuration. */
function givenOptions(project: Project, { name, rollup: rollups, validators, seed }: Wishes): GivenOptions {
  const configured = configuredOptions(project, name)
  const said = Object.entries({ rollups, validators, seed }).filter(([, value]) => value !== undefined)
  return { rollups: ['app'], ...configured, ...Object.fromEntries(said) }
}
