import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { describeNetwork } from '../../cli/describe-network.ts'
import { StartProgress } from '../../cli/start-progress.ts'
import { startDetached } from '../../devnet/detached.ts'
import { Devnet, type DevnetRequest } from '../../devnet/devnet.ts'
import type { Endpoints } from '../../devnet/endpoints.ts'
import { describeEvent } from '../../devnet/event-text.ts'
import { nodeProgram } from '../../devnet/installation.ts'
import type { GivenOptions } from '../../devnet/options.ts'
import type { DevnetEvent } from '../../devnet/supervisor.ts'
import { isHex } from '../../primitives/bytes.ts'

export default class DevnetUp extends BaseCommand {
  static override readonly summary = 'Start a network, or resume one: an L1, a Beacon Layer, and rollups.'
  static override readonly description =
    'Stays in the foreground until Ctrl-C, which stops everything; with --detach it returns when the network is up. A devnet that was stopped goes on where it was.'
  static override readonly examples = [
    '<%= config.bin %> devnet up',
    '<%= config.bin %> devnet up --rollup app --detach --json',
    '<%= config.bin %> devnet up --name ci --fresh --validators 9 --seed "pull request 17"',
  ]
  static override readonly flags = {
    validators: Flags.integer({ summary: 'how many validators (7)', helpValue: 'N' }),
    rollup: Flags.string({ summary: 'a rollup of the genesis', multiple: true, helpValue: 'NAME' }),
    seed: Flags.string({ summary: "what keys and genesis follow from ('beacon')", helpValue: 'TEXT' }),
    preset: Flags.option({
      summary: 'times as at a desk, or as in the world (fast)',
      options: ['fast', 'realistic'] as const,
    })(),
    'epoch-blocks': Flags.integer({
      summary: 'Beacon blocks of an epoch, after which committees change (32)',
      helpValue: 'N',
    }),
    ports: Flags.option({
      summary: 'L1 8545, Beacon Layer 7545, rollups from 9545; or whatever is free',
      options: ['fixed', 'auto'] as const,
    })(),
    l1: Flags.string({
      summary: "'anvil', 'none', or the URL of an L1; then BEACON_L1_KEY pays",
      helpValue: 'anvil|URL|none',
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
    if (flags['epoch-blocks'] !== undefined) given.epochBlocks = flags['epoch-blocks']
    if (flags.rollup !== undefined) given.rollups = flags.rollup
    const { name, fresh, timeout: timeoutMs } = flags
    const request: DevnetRequest = { root: this.root(flags), name, given, fresh, timeoutMs }
    if (flags.detach) await this.#detached(request)
    else await this.#foreground(request)
  }

  async #detached(request: DevnetRequest): Promise<void> {
    const progress = new StartProgress(this.output)
    const endpoints = await progress.follow(startDetached(request, (event) => progress.notice(event)))
    this.#reportUp(endpoints)
  }

  /** Ctrl-C stops; a second one ends this process at once, and with it, all of the network's. */
  async #foreground(request: DevnetRequest): Promise<void> {
    const abort = new AbortController()
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => abort.abort())
    }
    const l1Key = process.env.BEACON_L1_KEY
    const progress = new StartProgress(this.output)
    const surroundings = {
      program: nodeProgram('validator'),
      l1Key: isHex(l1Key, 32) ? l1Key : null,
      onEvent: (event: DevnetEvent) => {
        if (!progress.notice(event)) this.output.note(describeEvent(event))
      },
    }
    const devnet = await progress.follow(Devnet.start(request, surroundings, abort.signal))
    this.#reportUp(devnet.endpoints)
    this.output.note('Ctrl-C stops it')
    await devnet.ended
  }

  #reportUp(endpoints: Endpoints): void {
    const { schemaVersion: _, ...result } = endpoints
    this.report(result, () => {
      for (const line of describeNetwork(endpoints, this.output.paint)) this.output.print(line)
    })
  }
}
