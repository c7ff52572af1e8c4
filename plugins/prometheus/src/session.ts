/**
 * What the hooks and tasks of one project share: which network it is about, and the exporter that serves its metrics. Light to load: what collects
 * and serves comes with the exporter.
 */

import type { Endpoints, ResolvedConfig } from 'beaconlayer'
import type { MetricsServer } from './server.ts'

const sessions = new WeakMap<ResolvedConfig, Session>()

/** A project has one configuration, and so one session. */
export function sessionOf(config: ResolvedConfig): Session {
  const session = sessions.get(config) ?? new Session(config)
  sessions.set(config, session)
  return session
}

export class Session {
  readonly #config: ResolvedConfig
  #endpoints: Endpoints | null = null
  #serving: Promise<MetricsServer> | null = null

  constructor(config: ResolvedConfig) {
    this.#config = config
  }

  begin(endpoints: Endpoints): void {
    this.#endpoints = endpoints
  }

  /** Once; after an error the next call tries again. */
  async serve(note: (line: string) => void): Promise<void> {
    if (!this.#config.prometheus.live || this.#endpoints === null || this.#serving !== null) return
    this.#serving = this.#start(this.#endpoints)
    try {
      note(`metrics at ${(await this.#serving).url}`)
    } catch (cause) {
      this.#serving = null
      throw cause
    }
  }

  async end(): Promise<void> {
    const serving = this.#serving
    this.#serving = null
    this.#endpoints = null
    // Why there is none was told when it was to be made.
    const server = await serving?.catch(() => null)
    await server?.close()
  }

  async #start(endpoints: Endpoints): Promise<MetricsServer> {
    const { startExporter } = await import('./start-exporter.ts')
    return startExporter(endpoints, this.#config.prometheus)
  }
}
