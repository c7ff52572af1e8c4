/**
 * One stable HTTP and WebSocket address for one chain, served by whichever of its nodes is alive. Enters: requests of any local program, and
 * word of nodes that appear and go. Leaves: the nodes' answers. It holds no keys and changes no request.
 */

import { defineError } from '../../errors/beacon-error.ts'
import { systemRandom } from '../../platform/system.ts'
import type { Dispatch } from '../../rpc/dispatch.ts'
import { BATCH_ENTRIES_MAX, RPC_LISTEN_FAILED, type RpcServer, serveRpc } from '../../rpc/server.ts'
import { Backends } from './backends.ts'
import { extensionMethods, type GatewayExtension } from './extension.ts'
import { Filters } from './filters.ts'
import { HeadFollower } from './head-follower.ts'
import { type Call, resultOf } from './messages.ts'
import { type OwnMethods, Router } from './router.ts'
import { Subscriptions } from './subscriptions.ts'
import { Upstream } from './upstream.ts'

export interface GatewayOptions {
  /** For errors, as in "rollup app". */
  readonly chain: string
  readonly kind: 'beacon' | 'rollup'
  /** For what a project adds: 'beacon', or the name of the rollup. */
  readonly name: string
  readonly extension?: GatewayExtension | null
  readonly host: string
  /** 0: the system picks one. */
  readonly port: number
  /** How long a request waits for a node that may serve it. */
  readonly holdMs?: number
  /** How long a node that doesn't answer is believed to live. */
  readonly proofOfLifeMs?: number
  /** That are being answered at one time. */
  readonly messagesMax?: number
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
const MESSAGES_MAX = 4_096

interface Parts {
  readonly backends: Backends
  readonly upstream: Upstream
  readonly router: Router
  readonly filters: Filters
  readonly heads: HeadFollower
}

export class Gateway {
  readonly #options: GatewayOptions
  readonly #parts: Parts
  readonly #server: RpcServer

  private constructor(options: GatewayOptions, parts: Parts, server: RpcServer) {
    this.#options = options
    this.#parts = parts
    this.#server = server
  }

  static async listen(options: GatewayOptions): Promise<Gateway> {
    const parts = createParts(options)
    return new Gateway(options, parts, await serve(options, parts))
  }

  get backends(): Backends {
    return this.#parts.backends
  }

  get port(): number {
    return this.#server.port
  }

  get rpcUrl(): string {
    return this.#server.url
  }

  get wsUrl(): string {
    return this.#server.url.replace(/^http/, 'ws')
  }

  /** For errors and progress, as in "rollup app". */
  get chain(): string {
    return this.#options.chain
  }

  /** Height of the serving backend's head. */
  async head(): Promise<number> {
    return Number(await this.call('eth_blockNumber', []))
  }

  /** Makes a call as a client would, through the serving backend. */
  call(method: string, params: readonly unknown[]): Promise<unknown> {
    return this.#parts.router.call(method, params)
  }

  /** Another chain is served from now on: nothing that clients have seen of this one's end holds. */
  forgetChain(): void {
    this.#parts.backends.forgetHighest()
    this.#parts.router.forgetSent()
  }

  async close(): Promise<void> {
    this.#parts.heads.close()
    this.#parts.filters.close()
    await this.#server.close()
    this.#parts.upstream.close()
  }
}

function createParts({ chain, holdMs = HOLD_MS, proofOfLifeMs }: GatewayOptions): Parts {
  const upstream = new Upstream(proofOfLifeMs)
  const backends = new Backends({ chain, holdMs, headOf: ({ url }) => askHead(upstream, url, holdMs) })
  const router = new Router(backends, upstream)
  const filters = new Filters(router, backends)
  return { backends, upstream, router, filters, heads: new HeadFollower(router, backends) }
}

async function askHead(upstream: Upstream, url: string, timeoutMs: number): Promise<number> {
  const body = '{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber","params":[]}'
  const { text } = await upstream.postWithin(url, body, timeoutMs)
  return Number(resultOf(JSON.parse(text)))
}

/** The Beacon Layer has neither filters nor subscriptions. */
function ownMethods({ kind }: GatewayOptions, { router, backends, filters, heads }: Parts): OwnMethods {
  if (kind === 'beacon') return {}
  return { ...filters.methods, ...new Subscriptions(router, backends, heads).methods }
}

async function extend(
  { name, extension }: GatewayOptions,
  { router }: Parts,
): Promise<{ methods: OwnMethods; observe: ((call: Call) => void) | null }> {
  if (!extension) return { methods: {}, observe: null }
  const call = (method: string, params: readonly unknown[]) => router.call(method, params)
  const methods = await extensionMethods(extension, { chain: name, call })
  const { observe } = extension
  if (observe === null) return { methods, observe }
  return { methods, observe: ({ method, params }) => observe({ chain: name, method, params: params ?? [] }) }
}

async function serve(options: GatewayOptions, parts: Parts): Promise<RpcServer> {
  const { chain, host, port, messagesMax = MESSAGES_MAX } = options
  const { methods, observe } = await extend(options, parts)
  const own = { ...methods, ...ownMethods(options, parts) }
  const routing = { own, observe, batchEntriesMax: BATCH_ENTRIES_MAX, messagesMax }
  const dispatch: Dispatch = (text, context) => parts.router.answer(text, context, routing)
  try {
    // A connection that can't be accepted is its client's alone to notice.
    return await serveRpc(dispatch, { host, port }, { random: systemRandom, onError: () => {} })
  } catch (cause) {
    const { code, cause: reason } = cause as Error & { code?: string; cause?: NodeJS.ErrnoException }
    if (code !== RPC_LISTEN_FAILED.code) throw cause
    if (reason?.code === 'EADDRINUSE') throw PORT_TAKEN({ what: chain, port }, cause)
    throw LISTEN_FAILED({ what: chain, port, reason: reason?.message ?? String(cause) }, cause)
  }
}
