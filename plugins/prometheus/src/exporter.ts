/**
 * Collects when it is scraped: without scrapes it asks for nothing. Scrapes at one time share a collection. What the network doesn't answer is left out and
 * counted, and the rest is served.
 */

import { dirname } from 'node:path'
import type { Endpoints } from 'beaconlayer'
import { attachDevnet, type TestDevnet } from 'beaconlayer/testing'
import { LayerCollector } from './layer-collector.ts'
import { createMetrics } from './metrics.ts'
import { collectProcesses } from './process-collector.ts'
import { type Request, RollupCollector } from './rollup-collector.ts'

/** Rollups beyond these are left out, lest there be ever more series. */
const ROLLUPS_MAX = 64

export class Exporter {
  readonly #metrics = createMetrics()
  readonly #devnet: TestDevnet
  readonly #layer = new LayerCollector(this.#metrics.layer)
  readonly #rollups = new Map<string, RollupCollector>()
  #collecting: Promise<void> | null = null

  private constructor(devnet: TestDevnet) {
    this.#devnet = devnet
  }

  static async attach({ name, dir }: Pick<Endpoints, 'name' | 'dir'>): Promise<Exporter> {
    const exporter = new Exporter(await attachDevnet({ name, dir: dirname(dir) }))
    await exporter.#beginRollups(false)
    return exporter
  }

  get contentType(): string {
    return this.#metrics.registry.contentType
  }

  get names(): string[] {
    return this.#metrics.registry.getMetricsAsArray().map(({ name }) => name)
  }

  /** In Prometheus' text format. */
  async scrape(): Promise<string> {
    this.#collecting ??= this.#collect().finally(() => {
      this.#collecting = null
    })
    await this.#collecting
    return this.#metrics.registry.metrics()
  }

  /** The network goes on. */
  close(): Promise<void> {
    return this.#devnet.stop()
  }

  async #collect(): Promise<void> {
    this.#clearGauges()
    const isUp = await this.#part('processes', async () =>
      collectProcesses(await this.#devnet.processes(), this.#metrics.processes),
    )
    this.#metrics.up.set(isUp ? 1 : 0)
    if (!isUp) return
    await Promise.all([
      this.#part('layer', () => this.#layer.collect(this.#beaconRequest, this.#rollupNames)),
      this.#part('l1', () => this.#collectL1()),
      this.#part('rollups', () => this.#beginRollups(true)).then(() => this.#collectRollups()),
    ])
  }

  async #collectL1(): Promise<void> {
    if (this.#devnet.endpoints.l1 === null) return
    const height = await this.#devnet.l1.request<string>({ method: 'eth_blockNumber' })
    this.#metrics.l1Height.set(Number(height))
  }

  async #collectRollups(): Promise<void> {
    const known = this.#rollupNames.flatMap((name) => this.#rollups.get(name) ?? [])
    await Promise.all(known.map((rollup) => this.#part('rollups', () => rollup.collect())))
  }

  async #beginRollups(isNew: boolean): Promise<void> {
    const hasL1 = this.#devnet.endpoints.l1 !== null
    for (const rollup of this.#rollupNames) {
      if (this.#rollups.has(rollup)) continue
      const request: Request = (method, params = []) =>
        this.#devnet.rollup(rollup).request({ method, params })
      const begun = await RollupCollector.begin({ rollup, isNew, hasL1 }, request, this.#metrics.rollups)
      this.#rollups.set(rollup, begun)
    }
  }

  get #rollupNames(): string[] {
    return this.#devnet.endpoints.rollups.slice(0, ROLLUPS_MAX).map(({ name }) => name)
  }

  readonly #beaconRequest: Request = (method, params = []) => this.#devnet.beacon.request({ method, params })

  /** Whether it succeeded. */
  async #part(part: string, collect: () => Promise<void>): Promise<boolean> {
    try {
      await collect()
      return true
    } catch {
      this.#metrics.failures.inc({ part })
      return false
    }
  }

  /** A gauge without a label would be 0 after a reset: it keeps what it last was. */
  #clearGauges(): void {
    const { rollups, layer, processes } = this.#metrics
    for (const gauge of [rollups.height, rollups.uncounted, layer.pool, layer.stake, layer.weight])
      gauge.reset()
    for (const gauge of [layer.seats, layer.seat, processes.up, processes.memory]) gauge.reset()
  }
}
