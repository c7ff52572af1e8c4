/**
 * What the hooks of one project share: the exporter that serves the metrics of a network. Light to load: what collects and serves comes with the
 * exporter.
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
  #serving: Promise<MetricsServer> | null = null

  constructor(config: ResolvedConfig) {
    this.#config = config
  }

  /** Once; after an error the next call tries again. */
  async serve(endpoints: Endpoints, note: (line: string) => void): Promise<void> {
    if (!this.#config.prometheus.live || this.#serving !== null) return
    this.#serving = this.#start(endpoints)
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
    // Why there is none was told when it was to be made.
    const server = await serving?.catch(() => null)
    await server?.close()
  }

  async #start(endpoints: Endpoints): Promise<MetricsServer> {
    const { startExporter } = await import('./start-exporter.ts')
    return startExporter(endpoints, this.#config.prometheus)
  }
}
