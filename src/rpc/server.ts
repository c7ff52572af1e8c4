/**
 * A JSON-RPC 2.0 server: HTTP and WebSocket on one port. Everything that clients can make it hold or do is bounded by its limits.
 * Binds 127.0.0.1 unless told otherwise.
 */

import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { WebSocketServer } from 'ws'
import { defineError } from '../errors/beacon-error.ts'
import type { Logger, Random } from '../platform/ports.ts'
import { createDispatch, type Dispatch, type DispatchLimits, type Methods } from './dispatch.ts'
import { answerHttp } from './http.ts'
import { isOriginAllowed } from './origins.ts'
import { serveWebSocket, type WebSocketLimits } from './web-socket.ts'

export type { Method, Methods, RpcContext } from './dispatch.ts'

export interface RpcLimits extends DispatchLimits, WebSocketLimits {
  /** Of an HTTP request or a WebSocket message. */
  readonly bodyBytesMax: number
  readonly connectionsMax: number
  /** From the first byte of an HTTP request to its last. */
  readonly requestTimeoutMs: number
}

export interface RpcServerOptions {
  readonly host?: string
  /** 0, the default, lets the system choose. */
  readonly port?: number
  /** Web pages that may ask, besides those of this machine; "*" for all. */
  readonly allowedOrigins?: readonly string[]
  /** Height of the chain's head: told along with every answer over HTTP, and no answer shows more of the chain. */
  readonly headHeight?: () => number
  readonly limits?: Partial<RpcLimits>
}

export interface RpcServer {
  readonly host: string
  readonly port: number
  /** For HTTP; the WebSocket is at the same place. */
  readonly url: string
  /** Drops all clients at once, whatever they wait for. */
  close(): Promise<void>
}

/** As geth's. */
const BODY_BYTES_MAX = 5 * 1024 * 1024
/** As geth's, and as many as viem sends at once. */
export const BATCH_ENTRIES_MAX = 1_000
/** Idle connections are kept for longer than clients keep them, lest one be closed while a request is on its way. */
const KEEP_ALIVE_MS = 65_000

export const DEFAULT_RPC_LIMITS: RpcLimits = {
  bodyBytesMax: BODY_BYTES_MAX,
  connectionsMax: 1024,
  requestTimeoutMs: 30_000,
  batchEntriesMax: BATCH_ENTRIES_MAX,
  concurrentCallsMax: 1024,
  callTimeoutMs: 30_000,
  answerLengthMax: 64 * 1024 * 1024,
  sendBufferBytesMax: 16 * 1024 * 1024,
  pingIntervalMs: 30_000,
}

export const RPC_LISTEN_FAILED = defineError<{ host: string; port: number; reason: string }>({
  code: 'N201',
  name: 'RPC_LISTEN_FAILED',
  kind: 'environment',
  message: ({ host, port, reason }) => `cannot serve JSON-RPC on ${host}:${port}: ${reason}`,
  hint: () => 'stop the process that holds the port, or let the system choose one with port 0',
})

export async function startRpcServer(
  options: RpcServerOptions & { readonly methods: Methods },
  { logger, random }: { logger: Logger; random: Random },
): Promise<RpcServer> {
  const closing = new AbortController()
  const limits = { ...DEFAULT_RPC_LIMITS, ...options.limits }
  const dispatch = createDispatch(options.methods, limits, logger, closing.signal)
  const server = await serveRpc(dispatch, options, {
    random,
    onError: (reason) => logger.warn({ reason }, 'cannot accept JSON-RPC clients'),
  })
  return {
    ...server,
    close: () => {
      closing.abort()
      return server.close()
    },
  }
}

/** As {@link startRpcServer}, for whoever answers requests in another way than by methods. */
export async function serveRpc(
  dispatch: Dispatch,
  options: RpcServerOptions,
  { random, onError }: { random: Random; onError: (reason: string) => void },
): Promise<RpcServer> {
  const limits = { ...DEFAULT_RPC_LIMITS, ...options.limits }
  const { host = '127.0.0.1', allowedOrigins = [], headHeight } = options
  const { bodyBytesMax, requestTimeoutMs: requestTimeout } = limits
  const http = createServer({ requestTimeout, keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    void answerHttp(request, response, dispatch, { bodyBytesMax, allowedOrigins, headHeight })
  })
  http.maxConnections = limits.connectionsMax
  const webSockets = acceptWebSockets(http, dispatch, limits, allowedOrigins, random)
  const port = await listen(http, host, options.port ?? 0)
  http.on('error', ({ message }) => onError(message))
  return {
    host,
    port,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    close: () => close(http, webSockets),
  }
}

function acceptWebSockets(
  http: Server,
  dispatch: Dispatch,
  limits: RpcLimits,
  allowedOrigins: readonly string[],
  random: Random,
): WebSocketServer {
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.bodyBytesMax,
    perMessageDeflate: false,
  })
  http.on('upgrade', (request, socket: Socket, head) => {
    if (!isOriginAllowed(request.headers.origin, allowedOrigins)) {
      // The HTTP server has let go of it: a client that resets it now must not end the process.
      socket.on('error', () => socket.destroy())
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n')
      return
    }
    webSockets.handleUpgrade(request, socket, head, (webSocket) =>
      serveWebSocket(webSocket, dispatch, limits, random),
    )
  })
  return webSockets
}

function listen(http: Server, host: string, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const fail = (error: NodeJS.ErrnoException) => {
    const reason = error.code === 'EADDRINUSE' ? 'the port is taken' : error.message
    reject(RPC_LISTEN_FAILED({ host, port, reason }, error))
  }
  http.once('error', fail)
  http.listen({ host, port }, () => {
    http.off('error', fail)
    resolve((http.address() as AddressInfo).port)
  })
  return promise
}

function close(http: Server, webSockets: WebSocketServer): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    http.close(() => resolve())
  })
  for (const webSocket of webSockets.clients) webSocket.terminate()
  http.closeAllConnections()
  return closed
}
