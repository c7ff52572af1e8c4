/** A JSON-RPC client over HTTP with a deadline, for nodes, the supervisor and the command line. */

import { defineError } from '../errors/beacon-error.ts'
import { RpcError } from './rpc-error.ts'

export interface RpcClientOptions {
  /** For the whole of a request. */
  readonly timeoutMs?: number
  readonly answerBytesMax?: number
}

export interface RpcClient {
  readonly url: string
  /** The result. Throws RpcError if the server answered with an error, else one of this file's errors. */
  request(method: string, params?: readonly unknown[]): Promise<unknown>
}

const TIMEOUT_MS = 10_000
const ANSWER_BYTES_MAX = 64 * 1024 * 1024

export const RPC_UNREACHABLE = defineError<{ url: string; reason: string }>({
  code: 'N301',
  name: 'RPC_UNREACHABLE',
  kind: 'environment',
  message: ({ url, reason }) => `${url} does not answer: ${reason}`,
  hint: () => 'see that the network is up and the URL is right',
})

export const RPC_TIMEOUT = defineError<{ url: string; method: string; timeoutMs: number }>({
  code: 'N302',
  name: 'RPC_TIMEOUT',
  kind: 'environment',
  message: ({ url, method, timeoutMs }) => `${url} did not answer ${method} within ${timeoutMs} ms`,
  hint: () => 'the node may be overloaded or stopped: look at its log',
})

export const RPC_MALFORMED = defineError<{ url: string; reason: string }>({
  code: 'N303',
  name: 'RPC_MALFORMED',
  kind: 'environment',
  message: ({ url, reason }) => `${url} does not speak JSON-RPC: ${reason}`,
  hint: () => 'see that the URL is that of an RPC endpoint',
})

export function createRpcClient(url: string, options: RpcClientOptions = {}): RpcClient {
  const { timeoutMs = TIMEOUT_MS, answerBytesMax = ANSWER_BYTES_MAX } = options
  let lastId = 0
  return {
    url,
    async request(method, params = []) {
      const id = ++lastId
      const body = JSON.stringify({ jsonrpc: '2.0', id, method, params })
      const signal = AbortSignal.timeout(timeoutMs)
      let text: string | null
      try {
        text = await post(url, body, signal, answerBytesMax)
      } catch (error) {
        if (signal.aborted) throw RPC_TIMEOUT({ url, method, timeoutMs }, error)
        throw RPC_UNREACHABLE({ url, reason: reasonOf(error) }, error)
      }
      if (text === null)
        throw RPC_MALFORMED({ url, reason: `an answer of more than ${answerBytesMax} bytes` })
      return resultOf(url, id, text)
    },
  }
}

/** Null if the answer is too large. */
async function post(
  url: string,
  body: string,
  signal: AbortSignal,
  bytesMax: number,
): Promise<string | null> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body, signal })
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > bytesMax) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function resultOf(url: string, id: number, text: string): unknown {
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch (error) {
    throw RPC_MALFORMED({ url, reason: 'the answer is not JSON' }, error)
  }
  if (typeof answer !== 'object' || answer === null) throw RPC_MALFORMED({ url, reason: 'no answer object' })
  const { error, result, id: answered } = answer as { error?: unknown; result?: unknown; id?: unknown }
  if (isErrorObject(error)) throw new RpcError(error.code, error.message, error.data)
  if (answered !== id || result === undefined) {
    throw RPC_MALFORMED({ url, reason: 'neither a result nor an error for this request' })
  }
  return result
}

function isErrorObject(value: unknown): value is { code: number; message: string; data?: unknown } {
  if (typeof value !== 'object' || value === null) return false
  const { code, message } = value as Record<string, unknown>
  return typeof code === 'number' && typeof message === 'string'
}

/** `fetch` says only "fetch failed"; the cause has the system's words. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as { cause?: { message?: string; code?: string }; message: string }
  return cause?.message || cause?.code || message
}
