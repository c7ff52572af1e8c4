/**
 * A JSON-RPC client over HTTP, for nodes, the supervisor, the command line and the L1. Each request has a deadline and a bound on the
 * answer's size; none is ever repeated, for only callers know when that is safe. Errors name the host and nothing else of the URL, whose
 * path may be a secret. On node:http, because the global fetch costs each process about 90 MB.
 */

import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'

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
  /** Closes idle connections; requests under way still end. */
  close(): void
}

const TIMEOUT_MS = 10_000
const ANSWER_BYTES_MAX = 64 * 1024 * 1024

export const RPC_UNREACHABLE = defineError<{ host: string; reason: string }>({
  code: 'N301',
  name: 'RPC_UNREACHABLE',
  kind: 'environment',
  message: ({ host, reason }) => `${host} does not answer: ${reason}`,
  hint: () => 'see that the node is up and the URL is right',
})

export const RPC_TIMEOUT = defineError<{ host: string; method: string; timeoutMs: number }>({
  code: 'N302',
  name: 'RPC_TIMEOUT',
  kind: 'environment',
  message: ({ host, method, timeoutMs }) => `${host} did not answer ${method} within ${timeoutMs} ms`,
  hint: () => 'the node may be overloaded or stopped: look at its log',
})

export const RPC_MALFORMED = defineError<{ host: string; reason: string }>({
  code: 'N303',
  name: 'RPC_MALFORMED',
  kind: 'environment',
  message: ({ host, reason }) => `${host} does not speak JSON-RPC: ${reason}`,
  hint: () => 'see that the URL is that of an RPC endpoint',
})

/** Throws a TypeError if `url` is none. */
export function createRpcClient(url: string, options: RpcClientOptions = {}): RpcClient {
  const { timeoutMs = TIMEOUT_MS, answerBytesMax = ANSWER_BYTES_MAX } = options
  const target = new URL(url)
  const { host } = target
  const isSecure = target.protocol === 'https:'
  const agent = isSecure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true })
  const start = isSecure ? httpsRequest : httpRequest
  let lastId = 0

  async function post(body: string, signal: AbortSignal): Promise<string | null> {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      start(target, { method: 'POST', agent, headers, signal }, resolve).on('error', reject).end(body)
    })
    return readBody(response, answerBytesMax)
  }

  return {
    url,
    async request(method, params = []) {
      const id = ++lastId
      const body = JSON.stringify({ jsonrpc: '2.0', id, method, params })
      const signal = AbortSignal.timeout(timeoutMs)
      let text: string | null
      try {
        text = await post(body, signal)
      } catch (error) {
        if (signal.aborted) throw RPC_TIMEOUT({ host, method, timeoutMs }, error)
        throw RPC_UNREACHABLE({ host, reason: reasonOf(error) }, error)
      }
      if (text === null)
        throw RPC_MALFORMED({ host, reason: `an answer of more than ${answerBytesMax} bytes` })
      return resultOf(host, id, text)
    },
    close: () => agent.destroy(),
  }
}

/** Null if the answer is too large. */
async function readBody(response: IncomingMessage, bytesMax: number): Promise<string | null> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > bytesMax) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function resultOf(host: string, id: number, text: string): unknown {
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch (error) {
    throw RPC_MALFORMED({ host, reason: 'the answer is not JSON' }, error)
  }
  if (typeof answer !== 'object' || answer === null) throw RPC_MALFORMED({ host, reason: 'no answer object' })
  const { error, result, id: answered } = answer as { error?: unknown; result?: unknown; id?: unknown }
  if (isErrorObject(error)) throw new RpcError(error.code, error.message, error.data)
  if (answered !== id || result === undefined) {
    throw RPC_MALFORMED({ host, reason: 'neither a result nor an error for this request' })
  }
  return result
}

function isErrorObject(value: unknown): value is { code: number; message: string; data?: unknown } {
  if (typeof value !== 'object' || value === null) return false
  const { code, message } = value as Record<string, unknown>
  return typeof code === 'number' && typeof message === 'string'
}

/** Of several attempts to connect (IPv6, IPv4) the first failure speaks for all. */
function reasonOf(error: unknown): string {
  const cause = error instanceof AggregateError ? error.errors[0] : error
  const { message, code } = cause as { message?: string; code?: string }
  return message || code || String(error)
}
