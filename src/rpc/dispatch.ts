/**
 * JSON-RPC 2.0 without its transport: the text of a request or batch goes in, the text of the answer comes out, or null if nobody
 * waits for one. Calls of a batch start in order and run side by side.
 */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { BeaconError } from '../errors/beacon-error.ts'
import type { Logger } from '../platform/ports.ts'
import { type Id, type Incoming, idOf, invalidRequest, isRequest, parseIncoming } from './request.ts'
import {
  INTERNAL_ERROR,
  INVALID_PARAMS,
  LIMIT_EXCEEDED,
  METHOD_NOT_FOUND,
  RESPONSE_TOO_LARGE,
  RpcError,
  SERVER_ERROR,
  TIMED_OUT,
} from './rpc-error.ts'
import type { Subscriptions } from './subscriptions.ts'

export interface RpcContext {
  /** Null where the server can't push: over HTTP. */
  readonly subscriptions: Subscriptions | null
}

/** Its result must be plain JSON: no bigint. Undefined is answered as null. */
export type Method = (params: readonly unknown[], context: RpcContext) => unknown

export type Methods = Readonly<Record<string, Method>>

export interface DispatchLimits {
  readonly batchEntriesMax: number
  /** Calls that run at one time, of all clients together. */
  readonly concurrentCallsMax: number
  readonly callTimeoutMs: number
  /** Of the answer to one request or batch, in UTF-16 units. */
  readonly answerLengthMax: number
}

/** Of a batch, without the event loop turning. */
const SLICE_MS = 10

export type Dispatch = (text: string, context: RpcContext) => Promise<string | null>

/** `closing`: from then on nobody hears answers, and what methods read may be closed too. */
export function createDispatch(
  methods: Methods,
  limits: DispatchLimits,
  logger: Logger,
  closing: AbortSignal,
): Dispatch {
  const calls = new CallRunner(methods, limits, logger, closing)
  return async (text, context) => {
    let incoming: Incoming
    try {
      incoming = parseIncoming(text, limits.batchEntriesMax)
    } catch (error) {
      return failure(null, error as RpcError)
    }
    const { isBatch, entries } = incoming
    const room: Room = { left: limits.answerLengthMax }
    if (!isBatch) return calls.answer(entries[0], context, room)
    const answers = await startInSlices(entries, (entry) => calls.answer(entry, context, room))
    const expected = answers.filter((answer) => answer !== null)
    return expected.length === 0 ? null : `[${expected.join(',')}]`
  }
}

/** A batch may be as much work as many requests: others, and whatever else this thread does, get their turn after each slice of it. */
async function startInSlices<Entry, Answer>(
  entries: readonly Entry[],
  start: (entry: Entry) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Promise<Answer>[] = []
  let sliceEnd = performance.now() + SLICE_MS
  for (const entry of entries) {
    const answer = start(entry)
    answers.push(answer)
    // What needs no waiting is through before the next one starts.
    await Promise.race([answer, nextTurn()])
    if (performance.now() < sliceEnd) continue
    await nextTurn()
    sliceEnd = performance.now() + SLICE_MS
  }
  return Promise.all(answers)
}

/** For the results of one request or batch, in UTF-16 units: whoever finds none left is refused before it runs. */
interface Room {
  left: number
}

/** An error's answer; the id is null where the request's is unknown. */
export function failure(id: Id, { code, message, data }: RpcError): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code, message, ...(data !== undefined && { data }) } })
}

class CallRunner {
  readonly #methods: Methods
  readonly #limits: DispatchLimits
  readonly #logger: Logger
  readonly #closing: AbortSignal
  #running = 0

  constructor(methods: Methods, limits: DispatchLimits, logger: Logger, closing: AbortSignal) {
    this.#methods = methods
    this.#limits = limits
    this.#logger = logger
    this.#closing = closing
  }

  /** Null for a notification, whose outcome nobody wants, and when it is too late to begin: the rest of a batch. */
  async answer(request: unknown, context: RpcContext, room: Room): Promise<string | null> {
    if (this.#closing.aborted) return null
    if (!isRequest(request)) return failure(idOf(request), invalidRequest())
    const { id, method } = request
    try {
      if (room.left <= 0) throw this.#tooLarge()
      const result = await this.#call(method, request.params, context)
      return id === undefined ? null : this.#success(id, result, room)
    } catch (error) {
      const shown = this.#shown(method, error)
      return id === undefined ? null : this.#failure(method, id, shown)
    }
  }

  async #call(name: string, params: unknown, context: RpcContext): Promise<unknown> {
    if (!Object.hasOwn(this.#methods, name)) {
      throw new RpcError(METHOD_NOT_FOUND, `the method ${name} does not exist/is not available`)
    }
    if (params !== undefined && params !== null && !Array.isArray(params)) {
      throw new RpcError(INVALID_PARAMS, 'params must be an array')
    }
    if (this.#running >= this.#limits.concurrentCallsMax) {
      throw new RpcError(LIMIT_EXCEEDED, 'too many calls at one time')
    }
    this.#running++
    try {
      const result = this.#methods[name]!(params ?? [], context)
      return result instanceof Promise ? await this.#inTime(result) : result
    } finally {
      this.#running--
    }
  }

  /** The method itself goes on, uncounted: only the caller stops waiting, lest a few that hang block all others. */
  #inTime(result: Promise<unknown>): Promise<unknown> {
    const { callTimeoutMs } = this.#limits
    const { promise, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(
      () => reject(new RpcError(TIMED_OUT, `no result within ${callTimeoutMs} ms`)),
      callTimeoutMs,
    )
    // A closed server's unfinished calls must not keep the process.
    timer.unref()
    return Promise.race([result, promise]).finally(() => clearTimeout(timer))
  }

  /** Throws a TypeError if the result isn't JSON. */
  #success(id: Id, result: unknown, room: Room): string {
    const answer = JSON.stringify({ jsonrpc: '2.0', id, result: result ?? null })
    room.left -= answer.length
    if (room.left < 0) throw this.#tooLarge()
    return answer
  }

  #tooLarge(): RpcError {
    const { answerLengthMax } = this.#limits
    return new RpcError(RESPONSE_TOO_LARGE, `an answer of more than ${answerLengthMax} characters`)
  }

  /** Never throws, even if the error's data isn't JSON. */
  #failure(method: string, id: Id, error: RpcError): string {
    try {
      return failure(id, error)
    } catch (cause) {
      return failure(id, this.#shown(method, cause))
    }
  }

  #shown(method: string, error: unknown): RpcError {
    if (error instanceof RpcError) return error
    if (error instanceof BeaconError) {
      return new RpcError(SERVER_ERROR, error.message, { code: error.code, hint: error.hint })
    }
    const reason = error instanceof Error ? error.stack : String(error)
    // One that was under way may fail because of it.
    if (!this.#closing.aborted) this.#logger.error({ method, reason }, 'a JSON-RPC method failed')
    return new RpcError(INTERNAL_ERROR, 'internal error')
  }
}
