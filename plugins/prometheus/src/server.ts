/** Serves /metrics over HTTP. In: whatever makes the text. Other paths are not found, other methods not allowed. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { listenFailed, portTaken } from './errors.ts'
import type { PrometheusConfig } from './types.ts'

export interface Scraped {
  readonly contentType: string
  scrape(): Promise<string>
}

export interface MetricsServer {
  /** Of the metrics. */
  readonly url: string
  close(): Promise<void>
}

const PATH = '/metrics'

/** Throws PORT_TAKEN or LISTEN_FAILED. */
export async function serveMetrics(
  source: Scraped,
  { host, port }: Pick<PrometheusConfig, 'host' | 'port'>,
): Promise<MetricsServer> {
  const server = createServer((request, response) => void answer(source, request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const isTaken = cause.code === 'EADDRINUSE'
      reject(isTaken ? portTaken({ host, port }, cause) : listenFailed({ host, port }, cause))
    })
    server.listen(port, host, resolve)
  })
  const shown = host.includes(':') ? `[${host}]` : host
  const { port: bound } = server.address() as AddressInfo
  return { url: `http://${shown}:${bound}${PATH}`, close: () => close(server) }
}

async function answer(source: Scraped, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path] = (request.url ?? '').split('?')
  if (path !== PATH) return end(response, 404, `metrics are at ${PATH}\n`)
  if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405, 'GET it\n')
  try {
    end(response, 200, await source.scrape(), source.contentType)
  } catch (cause) {
    end(response, 500, `${(cause as Error).message}\n`)
  }
}

function end(response: ServerResponse, status: number, text: string, contentType = 'text/plain'): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(text) })
  response.end(text)
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeAllConnections()
  await closed
}
