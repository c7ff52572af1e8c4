/**
 * One HTTP exchange with a backend. Tells a backend that can't have seen the request from one that was lost with it, and notices one that
 * hangs: an answer that takes long makes it prove with a quick request that it still lives.
 */

import { Agent, request } from 'node:http'

/** Asked for an answer after this long, a backend must show that it lives ... */
const STALL_MS = 1_000
/** ... within this long. */
const PROOF_OF_LIFE_MS = 1_000
export const ANSWER_BYTES_MAX = 128 * 1024 * 1024

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
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: 64 })

  /** The body of the answer. Throws BackendLost, and nothing else. */
  async post(url: string, body: string): Promise<string> {
    const abort = new AbortController()
    const check = async () => {
      const alive = await isAlive(url)
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
  postWithin(url: string, body: string, timeoutMs: number): Promise<string> {
    return this.#exchange(url, body, AbortSignal.timeout(timeoutMs))
  }

  close(): void {
    this.#agent.destroy()
  }

  #exchange(url: string, body: string, signal: AbortSignal): Promise<string> {
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
      sending.on('response', (response) => {
        const chunks: Buffer[] = []
        let length = 0
        response.on('data', (chunk: Buffer) => {
          length += chunk.length
          if (length > ANSWER_BYTES_MAX) sending.destroy(new Error('the answer is too long'))
          chunks.push(chunk)
        })
        response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
        response.on('error', lost)
      })
      sending.end(body)
    })
  }
}

/** Whether the backend answers anything at all, over a connection of its own. */
function isAlive(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const body = '{"jsonrpc":"2.0","id":0,"method":"web3_clientVersion","params":[]}'
    const probe = request(url, {
      method: 'POST',
      agent: false,
      signal: AbortSignal.timeout(PROOF_OF_LIFE_MS),
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
