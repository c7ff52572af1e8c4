/**
 * One stable HTTP and WebSocket address for one chain, served by whichever of its nodes is alive. Enters: requests of any local program, and
 * word of nodes that appear and go. Leaves: the nodes' answers. It holds no keys and changes no request.
 */

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { defineError } from '../../errors/beacon-error.ts'
import { answerHttp } from '../../rpc/http.ts'
import { isOriginAllowed } from '../../rpc/origins.ts'
import { Backends } from './backends.ts'
import { Filters } from './filters.ts'
import { HeadFollower } from './head-follower.ts'
import { BEACON_HEIGHTS, type HeightRules, heightShown, ROLLUP_HEIGHTS } from './heights.ts'
import { resultOf } from './messages.ts'
import { type OwnMethods, Router } from './router.ts'
import { Subscriptions } from './subscriptions.ts'
import { Upstream } from './upstream.ts'

export interface GatewayOptions {
  /** For errors, as in "rollup app". */
  readonly chain: string
  readonly kind: 'beacon' | 'rollup'
  readonly host: string
  /** 0: the system picks one. */
  readonly port: number
  readonly holdMs?: number
}

export const PORT_TAKEN = defineError<{ what: string; port: number }>({
  code: 'D204',
  name: 'PORT_TAKEN',
  kind: 'environment',
  message: ({ what, port }) => `${what} cannot listen on port ${port}: another process holds it`,
  hint: () => 'stop that process, or pass --ports auto',
})

export const LISTEN_FAILED = defineError<{ what: string; port: number; reason: string }>({
  code: 'D206',
  name: 'LISTEN_FAILED',
  kind: 'environment',
  message: ({ what, port, reason }) => `${what} cannot listen on port ${port}: ${reason}`,
  hint: () => 'pass --ports auto',
})

const HOLD_MS = 2_000
const HEAD_TIMEOUT_MS = 500
const REQUEST_BYTES_MAX = 16 * 1024 * 1024
const HTTP_OPTIONS = { bodyBytesMax: REQUEST_BYTES_MAX, allowedOrigins: [] }

export class Gateway {
  readonly backends: Backends
  readonly #options: GatewayOptions
  readonly #rules: HeightRules
  readonly #upstream = new Upstream()
  readonly #router: Router
  readonly #filters: Filters
  readonly #heads: HeadFollower
  readonly #server: Server
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: REQUEST_BYTES_MAX,
    perMessageDeflate: false,
  })

  private constructor(options: GatewayOptions) {
    const rules = options.kind === 'beacon' ? BEACON_HEIGHTS : ROLLUP_HEIGHTS
    this.#options = options
    this.#rules = rules
    this.backends = new Backends({
      chain: options.chain,
      holdMs: options.holdMs ?? HOLD_MS,
      headOf: ({ url }) => askHead(this.#upstream, rules, url),
    })
    this.#router = new Router(this.backends, this.#upstream, rules)
    this.#filters = new Filters(this.#router, this.backends)
    this.#heads = new HeadFollower(this.#router, this.backends)
    const dispatch = (text: string) => this.#router.answer(text, this.#ownMethods)
    this.#server = createServer((request, response) => {
      void answerHttp(request, response, dispatch, HTTP_OPTIONS)
    })
    this.#server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => socket.destroy())
      if (!isOriginAllowed(request.headers.origin, HTTP_OPTIONS.allowedOrigins)) return void socket.destroy()
      this.#webSockets.handleUpgrade(request, socket, head, (client) => this.#serveWebSocket(client))
    })
  }

  static async listen(options: GatewayOptions): Promise<Gateway> {
    const gateway = new Gateway(options)
    await listenOn(gateway.#server, options)
    return gateway
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get rpcUrl(): string {
    return `http://${this.#options.host}:${this.port}`
  }

  get wsUrl(): string {
    return `ws://${this.#options.host}:${this.port}`
  }

  /** For errors and progress, as in "rollup app". */
  get chain(): string {
    return this.#options.chain
  }

  /** Height of the serving backend's head. */
  async head(): Promise<number> {
    const rules = this.#rules
    return heightShown(rules, rules.head, await this.call(rules.head.method, rules.head.params))
  }

  /** Makes a call as a client would, through the serving backend. */
  call(method: string, params: readonly unknown[]): Promise<unknown> {
    return this.#router.call(method, params)
  }

  async close(): Promise<void> {
    this.#heads.close()
    for (const client of this.#webSockets.clients) client.terminate()
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
    this.#upstream.close()
  }

  #serveWebSocket(client: WebSocket): void {
    const send = (text: string) => {
      if (client.readyState === client.OPEN) client.send(text)
    }
    const subscriptions = new Subscriptions({
      router: this.#router,
      backends: this.backends,
      listenToHeads: (listener) => this.#heads.listen(listener),
      send,
    })
    const own = this.#options.kind === 'rollup' ? { ...this.#filters.methods, ...subscriptions.methods } : {}
    client.on('error', () => client.terminate())
    client.on('close', () => subscriptions.close())
    client.on('message', (data) => void this.#router.answer(String(data), own).then(send))
  }

  /** The Beacon Layer has neither filters nor subscriptions. */
  get #ownMethods(): OwnMethods {
    return this.#options.kind === 'rollup' ? this.#filters.methods : {}
  }
}

async function askHead(upstream: Upstream, rules: HeightRules, url: string): Promise<number> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, ...rules.head })
  const result = resultOf(JSON.parse(await upstream.postWithin(url, body, HEAD_TIMEOUT_MS)))
  return heightShown(rules, rules.head, result)
}

function listenOn(server: Server, { chain, host, port }: GatewayOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('listening', resolve)
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EADDRINUSE') reject(PORT_TAKEN({ what: chain, port }, cause))
      else reject(LISTEN_FAILED({ what: chain, port, reason: cause.message }, cause))
    })
    server.listen(port, host)
  })
}
