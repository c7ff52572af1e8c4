import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { configuredOptions, namedRollups } from '../../cli/configured-devnet.ts'
import { describeNetwork } from '../../cli/describe-network.ts'
import { tellStopping } from '../../cli/devnet-hooks.ts'
import { extensionOf, extensionSource } from '../../cli/gateway-extension.ts'
import { openNetwork } from '../../cli/network.ts'
import { StartProgress } from '../../cli/start-progress.ts'
import { DEVNET_PORTS, DEVNET_PRESETS } from '../../config/limits.ts'
import { startDetached } from '../../devnet/detached.ts'
import { Devnet, type DevnetRequest } from '../../devnet/devnet.ts'
import type { Endpoints } from '../../devnet/endpoints.ts'
import { describeEvent } from '../../devnet/event-text.ts'
import type { DevnetEvent } from '../../devnet/events.ts'
import { devnetFolder } from '../../devnet/folder.ts'
import { nodeProgram } from '../../devnet/installation.ts'
import type { GivenOptions } from '../../devnet/options.ts'
import type { Project } from '../../plugin/project.ts'
import { isHex } from '../../primitives/bytes.ts'
import { areHooksWatching, hookTeller } from '../../tasks/tell-hooks.ts'
import { watchNetwork } from '../../tasks/watch-network.ts'

export default class DevnetUp extends BaseCommand {
  static override readonly summary = 'Start a network, or resume one: an L1, a Beacon Layer, and rollups.'
  static override readonly description =
    'Stays in the foreground until Ctrl-C, which stops everything; with --detach it returns when the network is up. A devnet that was stopped goes on where it was. What no flag says, the environment does, or the devnet of this name in beacon.config.'
  static override readonly examples = [
    '<%= config.bin %> devnet up',
    '<%= config.bin %> devnet up --rollup app --detach --json',
    {
      description: 'Beside another devnet, with keys of its own.',
      command:
        '<%= config.bin %> devnet up --name ci --fresh --validators 9 --seed "pull request 17" --ports auto',
    },
    {
      description: 'Let nodes of other machines join.',
      command: '<%= config.bin %> devnet up --host 10.0.0.1',
    },
    {
      description: 'Committees that change every few seconds.',
      command: '<%= config.bin %> devnet up --preset fast --epoch-blocks 8',
    },
    {
      description: 'On an L1 that is there already.',
      command: '<%= config.bin %> devnet up --l1 http://127.0.0.1:8545',
    },
  ]
  static override readonly flags = {
    validators: Flags.integer({
      summary: 'how many validators (7)',
      env: 'BEACON_VALIDATORS',
      helpValue: 'N',
    }),
    rollup: Flags.string({
      summary: 'a rollup of the genesis, as the configuration has it if it does',
      multiple: true,
      helpValue: 'NAME',
    }),
    seed: Flags.string({
      summary: "what keys and genesis follow from ('beacon')",
      env: 'BEACON_SEED',
      helpValue: 'TEXT',
    }),
    preset: Flags.option({
      summary: 'times as at a desk, or as in the world (fast)',
      env: 'BEACON_PRESET',
      options: DEVNET_PRESETS,
    })(),
    'epoch-blocks': Flags.integer({
      summary: 'Beacon blocks of an epoch, after which committees change (32)',
      env: 'BEACON_EPOCH_BLOCKS',
      helpValue: 'N',
    }),
    ports: Flags.option({
      summary: 'L1 8545, Beacon Layer 7545, rollups from 9545; or whatever is free',
      env: 'BEACON_PORTS',
      options: DEVNET_PORTS,
    })(),
    l1: Flags.string({
      summary: "'anvil', 'none', or the URL of an L1; then BEACON_L1_KEY pays",
      env: 'BEACON_L1',
      helpValue: 'anvil|URL|none',
    }),
    host: Flags.string({
      summary: 'the address of this machine where validators listen for those of others (127.0.0.1)',
      env: 'BEACON_PEER_HOST',
      helpValue: 'IP',
    }),
    fresh: Flags.boolean({ summary: 'forget what was, and start anew' }),
    detach: Flags.boolean({ summary: 'return when the network is up, and leave it running' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(DevnetUp)
    const given: { -readonly [Key in keyof GivenOptions]: GivenOptions[Key] } = {}
    for (const key of ['validators', 'seed', 'preset', 'ports', 'l1'] as const) {
      if (flags[key] !== undefined) Object.assign(given, { [key]: flags[key] })
    }
    if (flags.host !== undefined) given.peerHost = flags.host
    if (flags['epoch-blocks'] !== undefined) given.epochBlocks = flags['epoch-blocks']
    const { name, fresh, timeout: timeoutMs } = flags
    const project = await this.project()
    if (flags.rollup !== undefined) given.rollups = namedRollups(project, name, flags.rollup)
    const configured = configuredOptions(project, name)
    const request: DevnetRequest = { root: this.root(flags), name, given, configured, fresh, timeoutMs }
    const { path: dir } = this.folder(flags)
    await project.hooks.series('devnet', 'planned', { name, dir, options: { ...configured, ...given } })
    if (flags.detach) await this.#detached(project, request)
    else await this.#foreground(project, request)
  }

  async #detached(project: Project, request: DevnetRequest): Promise<void> {
    const progress = new StartProgress(this.output)
    const endpoints = await progress.follow(
      startDetached({ ...request, extension: extensionSource(project) }, this.#onEvent(progress)),
    )
    await project.hooks.series('devnet', 'started', endpoints)
    this.#reportUp(endpoints)
  }

  /** Ctrl-C stops; a second one ends this process at once, and with it, all of the network's. */
  async #foreground(project: Project, request: DevnetRequest): Promise<void> {
    const abort = new AbortController()
    let stop: () => unknown = () => abort.abort()
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop())
    const since = Date.now()
    const l1Key = process.env.BEACON_L1_KEY
    const progress = new StartProgress(this.output)
    const surroundings = {
      program: nodeProgram('validator'),
      l1Key: isHex(l1Key, 32) ? l1Key : null,
      extension: extensionOf(project, (line) => this.output.warn(line)),
      onEvent: this.#onEvent(progress),
    }
    const devnet = await progress.follow(Devnet.start(request, surroundings, abort.signal))
    const folder = devnetFolder(request.root, request.name)
    stop = async () => {
      await tellStopping(project, folder, (line) => this.output.warn(line))
      await devnet.stop()
    }
    const ended = devnet.ended.then(() => abort.abort())
    try {
      await project.hooks.series('devnet', 'started', devnet.endpoints)
      this.#reportUp(devnet.endpoints)
      this.output.note('Ctrl-C stops it')
      if (areHooksWatching(project.hooks)) await this.#watch(project, request, since, abort.signal)
      await ended
    } finally {
      await devnet.stop()
    }
  }

  /** Tells plugins what happens, until the network ends. */
  async #watch(
    { hooks }: Project,
    { root, name, timeoutMs }: DevnetRequest,
    since: number,
    signal: AbortSignal,
  ): Promise<void> {
    const folder = devnetFolder(root, name)
    const onEvent = hookTeller(hooks, (line) => this.output.note(line))
    await watchNetwork({ openNetwork: () => openNetwork(folder, timeoutMs), since, signal, onEvent })
  }

  /** What is no part of the start is told in a line. */
  #onEvent(progress: StartProgress): (event: DevnetEvent) => void {
    return (event) => {
      if (!progress.notice(event)) this.output.note(describeEvent(event))
    }
  }

  #reportUp(endpoints: Endpoints): void {
    const { schemaVersion: _, ...result } = endpoints
    this.report(result, () => {
      for (const line of describeNetwork(endpoints, this.output.paint)) this.output.print(line)
    })
  }
}
