/**
 * Answers JSON-RPC messages of clients: what the gateway owns itself, all else by the serving backend, unchanged. When that is lost, requests
 * that may be sent twice are sent to the next one; of others the client is told that their outcome is unknown.
 */

import type { RpcContext } from '../../rpc/dispatch.ts'
import { idOf, invalidRequest, parseIncoming } from '../../rpc/request.ts'
import { INTERNAL_ERROR, LIMIT_EXCEEDED, RpcError } from '../../rpc/rpc-error.ts'
import type { Backend, Backends } from './backends.ts'
import {
  type Answer,
  asCall,
  BACKENDS_LOST,
  type Call,
  failure,
  OUTCOME_UNKNOWN,
  resultOf,
  success,
} from './messages.ts'
import { SentTransactions } from './sent-transactions.ts'
import { BackendLost, type Upstream } from './upstream.ts'

/** Methods that the gateway answers itself, with the result or a rejection. */
export type OwnMethods = Readonly<
  Record<string, (params: readonly unknown[], context: RpcContext) => Promise<unknown>>
>

/** A request that brings down one backend after another must not get them all. */
const ATTEMPTS_MAX = 3

/** Carried out twice they act twice. A signed transaction isn't among them: it has one hash, and its nonce is used once. */
const NOT_REPEATABLE = /^(eth_sendTransaction|wallet_|evm_|hardhat_|anvil_|personal_)/

const ALWAYS = () => true

export interface RouterOptions {
  readonly own: OwnMethods
  /** Told of every call before it is answered. */
  readonly observe?: ((call: Call) => void) | null
  readonly batchEntriesMax: number
  /** Messages that are being answered at one time, of all clients together. */
  readonly messagesMax: number
}

export class Router {
  readonly #backends: Backends
  readonly #upstream: Upstream
  readonly #sent = new SentTransactions((raw, isWanted) =>
    this.#call('eth_sendRawTransaction', [raw], isWanted),
  )
  #running = 0

  constructor(backends: Backends, upstream: Upstream) {
    this.#backends = backends
    this.#upstream = upstream
    backends.onLost(() => void this.#sent.sendAgain())
  }

  /** Answers a client's message with the text to send back; null if nobody waits for one. Never rejects. */
  async answer(
    text: string,
    context: RpcContext,
    { own, observe, batchEntriesMax, messagesMax }: RouterOptions,
  ): Promise<string | null> {
    if (this.#running >= messagesMax) return JSON.stringify(failure(null, tooMany()))
    this.#running++
    try {
      const { isBatch, entries } = parseIncoming(text, batchEntriesMax)
      if (observe) for (const call of entries.map(asCall)) if (call !== null) observe(call)
      if (isBatch) return await this.#answerBatch(entries, context, own)
      return await this.#answerOne(entries[0], text, context, own)
    } catch (cause) {
      return JSON.stringify(failure(null, cause))
    } finally {
      this.#running--
    }
  }

  /** Transactions that clients have sent to a chain that is no more aren't sent again. */
  forgetSent(): void {
    this.#sent.clear()
  }

  /** Makes a call of the gateway's own. */
  call(method: string, params: readonly unknown[]): Promise<unknown> {
    return this.#call(method, params, ALWAYS)
  }

  async #call(method: string, params: readonly unknown[], isWanted: () => boolean): Promise<unknown> {
    const call = { id: 1, method, params }
    const body = JSON.stringify({ jsonrpc: '2.0', ...call })
    return resultOf(JSON.parse(await this.#forward([call], body, isWanted)))
  }

  async #answerOne(
    entry: unknown,
    text: string,
    context: RpcContext,
    own: OwnMethods,
  ): Promise<string | null> {
    const call = asCall(entry)
    if (call === null) return JSON.stringify(failure(idOf(entry), invalidRequest()))
    const owned = answerOwned(call, context, own)
    const answer =
      owned === null
        ? await this.#forward([call], text).catch((cause) => JSON.stringify(failure(call.id ?? null, cause)))
        : JSON.stringify(await owned)
    return call.id === undefined ? null : answer
  }

  /** What the backend answers goes to it as one batch; the answers come back in the order of the calls. */
  async #answerBatch(
    entries: readonly unknown[],
    context: RpcContext,
    own: OwnMethods,
  ): Promise<string | null> {
    const calls = entries.map(asCall)
    const forwarded: number[] = []
    const answers = calls.map((call, position) => {
      if (call === null) return failure(idOf(entries[position]), invalidRequest())
      const owned = answerOwned(call, context, own)
      if (owned === null) forwarded.push(position)
      return owned
    })
    const fromBackend = await this.#forwardBatch(calls, entries, forwarded)
    const all = await Promise.all(answers.map((answer, position) => answer ?? fromBackend.get(position)))
    const expected = all.filter(
      (_, position) => calls[position]?.id !== undefined || calls[position] === null,
    )
    return expected.length === 0 ? null : JSON.stringify(expected)
  }

  /** The answers by position. */
  async #forwardBatch(
    calls: readonly (Call | null)[],
    entries: readonly unknown[],
    positions: readonly number[],
  ): Promise<Map<number, Answer>> {
    const idAt = (position: number) => calls[position]!.id ?? null
    if (positions.length === 0) return new Map()
    // Numbered anew, since clients may use an id twice.
    const renumbered = positions.map((position) => ({ ...(entries[position] as object), id: position }))
    try {
      const forwarded = positions.map((position) => calls[position]!)
      const answered = JSON.parse(await this.#forward(forwarded, JSON.stringify(renumbered)))
      if (!Array.isArray(answered)) resultOf(answered)
      const byPosition = new Map((answered as Answer[]).map((answer) => [answer.id as number, answer]))
      const answerAt = (position: number): Answer => {
        const answer = byPosition.get(position)
        if (answer === undefined) return failure(idAt(position), new RpcError(INTERNAL_ERROR, 'no answer'))
        return { ...answer, id: idAt(position) }
      }
      return new Map(positions.map((position) => [position, answerAt(position)]))
    } catch (cause) {
      return new Map(positions.map((position) => [position, failure(idAt(position), cause)]))
    }
  }

  /** Sends `body`, which holds `calls`, to one backend after another until one answers, or it isn't wanted any more when one is found. */
  async #forward(calls: readonly Call[], body: string, isWanted = ALWAYS): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      const backend = await this.#backends.choose()
      if (!isWanted()) throw new RpcError(INTERNAL_ERROR, 'not wanted any more')
      try {
        const { text, head } = await this.#upstream.post(backend.url, body)
        this.#backends.saw(head)
        this.#sent.note(calls)
        return text
      } catch (cause) {
        this.#lost(backend, calls, attempt, cause)
      }
    }
  }

  /** Drops the backend; throws unless the calls may be sent to another. */
  #lost(backend: Backend, calls: readonly Call[], attempt: number, cause: unknown): void {
    if (!(cause instanceof BackendLost)) throw cause
    this.#backends.drop(backend)
    const single = calls.find(({ method }) => NOT_REPEATABLE.test(method))
    if (cause.delivered && single !== undefined) throw OUTCOME_UNKNOWN({ method: single.method }, cause)
    if (attempt === ATTEMPTS_MAX) throw BACKENDS_LOST({ method: calls[0]!.method, count: attempt }, cause)
  }
}

/** Null if the backend is to answer. */
function answerOwned(
  { id = null, method, params }: Call,
  context: RpcContext,
  own: OwnMethods,
): Promise<Answer> | null {
  if (params === null || !Object.hasOwn(own, method)) return null
  return own[method]!(params, context).then(
    (result) => success(id, result),
    (cause) => failure(id, cause),
  )
}

function tooMany(): RpcError {
  return new RpcError(LIMIT_EXCEEDED, 'too many requests at one time')
}
