/**
 * JSON-RPC requests to the L1 over HTTP; any Ethereum endpoint will do. Each has a deadline and a bound on the answer's size. It never
 * retries: its callers poll, and know when a repetition is safe.
 *
 * On node:http with kept connections, unlike rpc/client.ts: `fetch` costs a process 90 MB and twice the CPU a request, and a validator asks all
 * day. Errors name the host only, for the URLs of public endpoints hold keys.
 */

import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { defineError } from '../errors/beacon-error.ts'

/** What the L1 is to this folder. */
export interface L1Rpc {
  /** Rejects with {@link L1RequestError} if the node refused, with an {@link L1_UNREACHABLE} error if no usable answer came. */
  request(method: string, params: readonly unknown[]): Promise<unknown>
  /** Closes idle connections; requests under way still end. */
  close(): void
}

export const L1_UNREACHABLE = defineError<{ host: string; reason: string }>({
  code: 'S101',
  name: 'L1_UNREACHABLE',
  kind: 'environment',
  message: ({ host, reason }) => `the L1 at ${host} gave no usable answer: ${reason}`,
  hint: () => "check that the L1 is running and that its URL is an Ethereum node's JSON-RPC endpoint",
})

/** The node answered with an error: the request reached it and is at fault, or the transaction in it. */
export class L1RequestError extends Error {
  override readonly name = 'L1RequestError'
  readonly code: number
  readonly method: string

  constructor(method: string, code: number, message: string) {
    super(message)
    this.method = method
    this.code = code
  }
}

export interface L1RpcOptions {
  readonly url: string
  readonly deadlineMs?: number
  readonly answerBytesMax?: number
}

const DEADLINE_MS = 10_000
/** A range of logs is the largest answer that is asked for. */
const ANSWER_BYTES_MAX = 32 * 1024 * 1024

export function createL1Rpc(options: L1RpcOptions): L1Rpc {
  const url = new URL(options.url)
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  const agent =
    url.protocol === 'https:' ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true })
  const answerBytesMax = options.answerBytesMax ?? ANSWER_BYTES_MAX
  let lastId = 0

  async function request(method: string, params: readonly unknown[]): Promise<unknown> {
    const id = ++lastId
    const signal = AbortSignal.timeout(options.deadlineMs ?? DEADLINE_MS)
    const body = JSON.stringify({ jsonrpc: '2.0', id, method, params })
    let text: string
    try {
      text = await exchange(body, signal)
    } catch (cause) {
      throw L1_UNREACHABLE({ host: url.host, reason: reasonOf(cause) }, cause)
    }
    return readAnswer(text, id, method, url.host)
  }

  async function exchange(body: string, signal: AbortSignal): Promise<string> {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      send(url, { method: 'POST', agent, headers, signal }, resolve).on('error', reject).end(body)
    })
    return readBody(response, answerBytesMax)
  }

  return { request, close: () => agent.destroy() }
}

async function readBody(response: IncomingMessage, bytesMax: number): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > bytesMax) throw new Error(`an answer of more than ${bytesMax} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function readAnswer(text: string, id: number, method: string, host: string): unknown {
  const answer = parseObject(text)
  if (answer === null || answer.id !== id) throw L1_UNREACHABLE({ host, reason: 'not a JSON-RPC answer' })
  if (isObject(answer.error)) {
    const { code, message } = answer.error
    throw new L1RequestError(method, typeof code === 'number' ? code : 0, String(message).slice(0, 1000))
  }
  return answer.result
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  if (cause.name === 'AbortError' || cause.name === 'TimeoutError') return 'no answer before the deadline'
  return 'code' in cause ? String(cause.code) : cause.message
}
