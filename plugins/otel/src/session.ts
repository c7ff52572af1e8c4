/**
 * What the hooks and tasks of one project share: which network it is about, and its follower, which is made with the first block. Light to load:
 * what reads and sends comes with the follower.
 */

import type { Endpoints, ResolvedConfig, RollupBlock, RollupConfirmation } from 'beaconlayer'
import type { Follower } from './follower.ts'
import { disablingVariable } from './settings.ts'

const sessions = new WeakMap<ResolvedConfig, Session>()

/** A project has one configuration, and so one session. */
export function sessionOf(config: ResolvedConfig): Session {
  const session = sessions.get(config) ?? new Session(config)
  sessions.set(config, session)
  return session
}

export class Session {
  readonly #config: ResolvedConfig
  readonly #isLive: boolean
  #endpoints: Endpoints | null = null
  #follower: Promise<Follower> | null = null

  constructor(config: ResolvedConfig) {
    this.#config = config
    this.#isLive = config.otel.live && disablingVariable(process.env) === null
  }

  /** Before any block. */
  begin(endpoints: Endpoints): void {
    this.#endpoints = endpoints
  }

  /** Returns at once, but for the first. */
  async hold(block: RollupBlock, note: (line: string) => void): Promise<void> {
    if (!this.#isLive || this.#endpoints === null) return
    this.#follower ??= this.#start(this.#endpoints, note)
    const follower = await this.#follower
    follower.hold(block)
  }

  async climb(confirmation: RollupConfirmation): Promise<void> {
    const follower = await this.#follower
    follower?.climb(confirmation)
  }

  async end(): Promise<void> {
    const following = this.#follower
    this.#follower = null
    this.#endpoints = null
    // Why there is none was told when it was to be made.
    const follower = await following?.catch(() => null)
    await follower?.end()
  }

  async #start(endpoints: Endpoints, note: (line: string) => void): Promise<Follower> {
    const { startFollower } = await import('./start-follower.ts')
    return startFollower(endpoints, this.#config.otel, note)
  }
}
