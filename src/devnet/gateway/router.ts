/**
 * Answers JSON-RPC messages of clients: what the gateway owns itself, all else by the serving backend, unchanged. When that is lost, requests
 * that may be sent twice are sent to the next one; of others the client is told that their outcome is unknown.
 */

import { INVALID_REQUEST, PARSE_ERROR, RpcError } from '../../rpc/rpc-error.ts'
import type { Backend, Backends } from './backends.ts'
import { type HeightRules, heightShown, showsHeight } from './heights.ts'
import {
  type Answer,
  type Call,
  failure,
  type Incoming,
  OUTCOME_UNKNOWN,
  parseIncoming,
  resultOf,
  success,
} from './messages.ts'
import { BackendLost, type Upstream } from './upstream.ts'

/** Methods that the gateway answers itself, with the result or a rejection. */
export type OwnMethods = Readonly<Record<string, (params: readonly unknown[]) => Promise<unknown>>>

/** A request that brings down one backend after another must not get them all. */
const ATTEMPTS_MAX = 3

/** Carried out twice they act twice. A signed transaction isn't among them: it has one hash, and its nonce is used once. */
const NOT_REPEATABLE = /^(eth_sendTransaction|wallet_|evm_|hardhat_|anvil_|personal_)/

export class Router {
  readonly #backends: Backends
  readonly #upstream: Upstream
  readonly #rules: HeightRules
  #nextId = 1

  constructor(backends: Backends, upstream: Upstream, rules: HeightRules) {
    this.#backends = backends
    this.#upstream = upstream
    this.#rules = rules
  }

  /** Answers a client's message with the text to send back. Never rejects. */
  async answer(text: string, own: OwnMethods): Promise<string> {
    const incoming = parseIncoming(text)
    if (incoming === null)
      return JSON.stringify(failure(null, new RpcError(PARSE_ERROR, 'not a JSON-RPC message')))
    const first = incoming.calls[0]!
    if (!incoming.batch) return this.#answerOne(first, text, own)
    return this.#answerBatch(incoming, own)
  }

  /** Makes a call of the gateway's own. */
  async call(method: string, params: readonly unknown[]): Promise<unknown> {
    const call: Call = { id: this.#nextId++, method, params }
    const text = await this.#forward([call], JSON.stringify({ jsonrpc: '2.0', ...call }))
    return resultOf(JSON.parse(text))
  }

  async #answerOne(call: Call | null, text: string, own: OwnMethods): Promise<string> {
    if (call === null) return JSON.stringify(notACall())
    const owned = ownMethod(own, call)
    if (owned !== undefined) return JSON.stringify(await answerOwned(call, owned))
    try {
      return await this.#forward([call], text)
    } catch (cause) {
      return JSON.stringify(failure(call.id, cause))
    }
  }

  /** What the backend answers goes to it as one batch; the answers come back in the order of the calls. */
  async #answerBatch({ calls, entries }: Incoming, own: OwnMethods): Promise<string> {
    const answers: (Answer | undefined)[] = new Array(calls.length)
    const forwarded: number[] = []
    const waits = calls.map(async (call, position) => {
      if (call === null) answers[position] = notACall()
      else if (ownMethod(own, call) === undefined) forwarded.push(position)
      else answers[position] = await answerOwned(call, ownMethod(own, call)!)
    })
    await Promise.all([...waits, this.#forwardBatch(calls, entries, forwarded, answers)])
    return JSON.stringify(answers.filter((answer) => answer !== undefined))
  }

  async #forwardBatch(
    calls: readonly (Call | null)[],
    entries: readonly unknown[],
    positions: readonly number[],
    answers: (Answer | undefined)[],
  ): Promise<void> {
    if (positions.length === 0) return
    // Numbered anew, since clients may use an id twice.
    const forwarded = positions.map((position) => ({ ...calls[position]!, id: position }))
    const body = JSON.stringify(
      positions.map((position) => ({ ...(entries[position] as object), id: position })),
    )
    try {
      const parsed: unknown = JSON.parse(await this.#forward(forwarded, body))
      for (const answer of Array.isArray(parsed) ? (parsed as Answer[]) : []) {
        const call = calls[answer.id as number]
        if (call) answers[answer.id as number] = { ...answer, id: call.id }
      }
    } catch (cause) {
      for (const position of positions) answers[position] = failure(calls[position]!.id, cause)
    }
  }

  /** Sends `body`, which holds `calls`, to one backend after another until one answers. */
  async #forward(calls: readonly Call[], body: string): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      const backend = await this.#backends.choose()
      try {
        const text = await this.#upstream.post(backend.url, body)
        this.#note(calls, text)
        return text
      } catch (cause) {
        this.#lost(backend, calls, cause)
        if (attempt === ATTEMPTS_MAX) throw cause
      }
    }
  }

  /** Drops the backend; throws unless the calls may be sent to another. */
  #lost(backend: Backend, calls: readonly Call[], cause: unknown): void {
    if (!(cause instanceof BackendLost)) throw cause
    this.#backends.drop(backend)
    const single = calls.find((call) => NOT_REPEATABLE.test(call.method))
    if (cause.delivered && single !== undefined) throw OUTCOME_UNKNOWN({ method: single.method }, cause)
  }

  /** Remembers the heights that an answer shows. Most answers show none and aren't looked into. */
  #note(calls: readonly Call[], text: string): void {
    const showing = calls.filter((call) => showsHeight(this.#rules, call))
    if (showing.length === 0) return
    const parsed: unknown = JSON.parse(text)
    const answers: Answer[] = Array.isArray(parsed) ? parsed : [parsed]
    for (const call of showing) {
      const answer = answers.find(({ id }) => id === call.id)
      if (answer !== undefined) this.#backends.saw(heightShown(this.#rules, call, answer.result))
    }
  }
}

function ownMethod(own: OwnMethods, call: Call): OwnMethods[string] | undefined {
  return Object.hasOwn(own, call.method) ? own[call.method] : undefined
}

async function answerOwned(call: Call, owned: OwnMethods[string]): Promise<Answer> {
  try {
    return success(call.id, await owned(call.params))
  } catch (cause) {
    return failure(call.id, cause)
  }
}

function notACall(): Answer {
  return failure(null, new RpcError(INVALID_REQUEST, 'not a JSON-RPC call'))
}
