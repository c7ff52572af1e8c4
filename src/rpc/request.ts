/** What a client's text says: requests in the words of JSON-RPC 2.0. In: text from strangers, bounded in size. Pure. */

import { INVALID_REQUEST, PARSE_ERROR, RpcError } from './rpc-error.ts'

export type Id = string | number | null

export interface Request {
  /** Undefined for a notification, whose outcome nobody wants. */
  readonly id?: Id
  readonly method: string
  readonly params?: unknown
}

/** One request, or those of a batch; each still to be recognised by {@link isRequest}. */
export interface Incoming {
  readonly isBatch: boolean
  readonly entries: readonly unknown[]
}

/** Ethereum's calls need a tenth; what is nested deeper takes long to parse and can't be written again. */
const DEPTH_MAX = 64

/** Throws RpcError. */
export function parseIncoming(text: string, batchEntriesMax: number): Incoming {
  if (isDeeperThan(text, DEPTH_MAX)) {
    throw new RpcError(INVALID_REQUEST, `the request is nested more than ${DEPTH_MAX} levels deep`)
  }
  let message: unknown
  try {
    message = JSON.parse(text)
  } catch {
    throw new RpcError(PARSE_ERROR, 'parse error: the request is not JSON')
  }
  if (!Array.isArray(message)) return { isBatch: false, entries: [message] }
  if (message.length === 0) throw new RpcError(INVALID_REQUEST, 'empty batch')
  if (message.length > batchEntriesMax) {
    const detail = `${message.length} entries, where ${batchEntriesMax} are allowed`
    throw new RpcError(INVALID_REQUEST, `batch too large: ${detail}`)
  }
  return { isBatch: true, entries: message }
}

export function isRequest(value: unknown): value is Request {
  if (typeof value !== 'object' || value === null) return false
  const { jsonrpc, method, id } = value as Record<string, unknown>
  return jsonrpc === '2.0' && typeof method === 'string' && (id === undefined || isId(id))
}

/** The answer to what is no request. */
export function invalidRequest(): RpcError {
  return new RpcError(INVALID_REQUEST, 'invalid request: not JSON-RPC 2.0')
}

/** Whatever id can be had of a malformed request, so that its sender can match the answer. */
export function idOf(value: unknown): Id {
  const id = typeof value === 'object' && value !== null ? (value as { id?: unknown }).id : null
  return isId(id) ? id : null
}

function isId(id: unknown): id is Id {
  return id === null || typeof id === 'string' || typeof id === 'number'
}

/** Counts brackets outside of strings; of a text that isn't JSON it may say anything. */
function isDeeperThan(text: string, depthMax: number): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (char === '"') at = endOfString(text, at)
    else if (char === '[' || char === '{') {
      depth++
      if (depth > depthMax) return true
    } else if (char === ']' || char === '}') depth--
  }
  return false
}

/** Position of the quote that ends the string begun at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let backslashes = 0
    while (text[at - 1 - backslashes] === '\\') backslashes++
    if (backslashes % 2 === 0) return at
  }
  return text.length
}
