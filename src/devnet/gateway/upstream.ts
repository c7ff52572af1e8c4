/**
 * One HTTP exchange with a backend. Tells a backend that can't have seen the request from one that was lost with it, and notices one that
 * hangs: an answer that takes long makes it prove with a small request that it still lives.
 */

import { Agent, type IncomingMessage, request } from 'node:http'
import { HEAD_HEADER } from '../../rpc/http.ts'
import { DEFAULT_RPC_LIMITS } from '../../rpc/server.ts'

/** Asked for an answer after this long, a backend must show that it lives ... */
const STALL_MS = 1_000
/** ... within this long, by default: a node that works on a long call, on a busy machine, is slow and not dead. */
const PROOF_OF_LIFE_MS = 6_000
const ANSWER_BYTES_MAX = 128 * 1024 * 1024
/** To one backend; further requests wait. A backend refuses connections beyond its own limit, which looks as if it were gone. */
const SOCKETS_MAX = Math.floor(DEFAULT_RPC_LIMITS.connectionsMax * 0.75)

export interface BackendAnswer {
  readonly text: string
  /** Height of the backend's head: nothing in the answer is above it, but for blocks that are pending. */
  readonly head: number
}

/** The backend is gone. `delivered`: it may have carried the request out. */
export class BackendLost extends Error {
  override readonly name = 'BackendLost'
  readonly delivered: boolean

  constructor(delivered: boolean, cause: unknown) {
    super('the backend is gone', { cause })
    this.delivered = delivered
  }
}

export class Upstream {
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: 64, maxSockets: SOCKETS_MAX })
  readonly #proofOfLifeMs: number
  /** By backend, while it is being asked; all its requests share the proof. */
  readonly #proofs = new Map<string, Promise<boolean>>()

  constructor(proofOfLifeMs = PROOF_OF_LIFE_MS) {
    this.#proofOfLifeMs = proofOfLifeMs
  }

  /** Throws BackendLost, and nothing else. */
  async post(url: string, body: string): Promise<BackendAnswer> {
    const abort = new AbortController()
    const check = async () => {
      const alive = await this.#provesLife(url)
      if (abort.signal.aborted) return
      if (alive) watch = setTimeout(check, STALL_MS)
      else abort.abort(new Error('the backend hangs'))
    }
    let watch = setTimeout(check, STALL_MS)
    try {
      return await this.#exchange(url, body, abort.signal)
    } finally {
      clearTimeout(watch)
      // So that a proof of life under way doesn't arm the watch again.
      abort.abort()
    }
  }

  /** As {@link post}, with a deadline of `timeoutMs` instead of the watch. */
  postWithin(url: string, body: string, timeoutMs: number): Promise<BackendAnswer> {
    return this.#exchange(url, body, AbortSignal.timeout(timeoutMs))
  }

  close(): void {
    this.#agent.destroy()
  }

  #exchange(url: string, body: string, signal: AbortSignal): Promise<BackendAnswer> {
    return new Promise((resolve, reject) => {
      let delivered = false
      const lost = (cause: unknown) => reject(new BackendLost(delivered, cause))
      const sending = request(url, {
        method: 'POST',
        agent: this.#agent,
        signal,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      })
      sending.on('socket', (socket) => {
        if (!socket.connecting) delivered = true
        else
          socket.once('connect', () => {
            delivered = true
          })
      })
      sending.on('error', lost)
      sending.on('response', (response) => readAnswer(response).then(resolve, lost))
      sending.end(body)
    })
  }

  #provesLife(url: string): Promise<boolean> {
    const proof =
      this.#proofs.get(url) ??
      answersAnything(url, this.#proofOfLifeMs).finally(() => {
        this.#proofs.delete(url)
      })
    this.#proofs.set(url, proof)
    return proof
  }
}

async function readAnswer(response: IncomingMessage): Promise<BackendAnswer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > ANSWER_BYTES_MAX) throw new Error('the answer is too long')
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString('utf8')
  return { text, head: Number(response.headers[HEAD_HEADER] ?? 0) }
}

/** Over a connection of its own: those of the agent may all be waiting. */
function answersAnything(url: string, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const body = '{"jsonrpc":"2.0","id":0,"method":"web3_clientVersion","params":[]}'
    const probe = request(url, {
      method: 'POST',
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
      headers: { 'content-type': 'application/json' },
    })
    probe.on('error', () => resolve(false))
    probe.on('response', (response) => {
      response.resume()
      resolve(true)
    })
    probe.end(body)
  })
}
