/** An exporter with its server. */

import type { Endpoints } from 'beaconlayer'
import { Exporter } from './exporter.ts'
import { type MetricsServer, serveMetrics } from './server.ts'
import type { PrometheusConfig } from './types.ts'

/** Throws PORT_TAKEN or LISTEN_FAILED. */
export async function startExporter(
  endpoints: Endpoints,
  config: Pick<PrometheusConfig, 'host' | 'port'>,
): Promise<MetricsServer> {
  const exporter = await Exporter.attach(endpoints)
  try {
    const server = await serveMetrics(exporter, config)
    return { url: server.url, close: () => server.close().then(() => exporter.close()) }
  } catch (cause) {
    await exporter.close()
    throw cause
  }
}
