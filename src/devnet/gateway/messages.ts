/** JSON-RPC messages as the gateway sees them: from clients anything, from backends well-formed answers. */

import { BeaconError, defineError } from '../../errors/beacon-error.ts'
import { INTERNAL_ERROR, RpcError } from '../../rpc/rpc-error.ts'

export interface Call {
  readonly id: string | number | null
  readonly method: string
  readonly params: readonly unknown[]
}

/** A client's message: one entry, or several of a batch. Entries that are no calls are `null`. */
export interface Incoming {
  readonly batch: boolean
  readonly calls: readonly (Call | null)[]
  /** As the client sent each entry, to hand on unchanged. */
  readonly entries: readonly unknown[]
}

export type Answer = Readonly<Record<string, unknown>>

export const BATCH_MAX = 1_000

/** EIP-1474's "resource unavailable". */
const UNAVAILABLE = -32002

export const NO_BACKEND = defineError<{ chain: string; heldMs: number }>({
  code: 'D401',
  name: 'NO_BACKEND',
  kind: 'environment',
  message: ({ chain, heldMs }) =>
    `no live node of ${chain} has answered for ${heldMs} ms with a head as high as those already given out`,
  hint: () =>
    '`beacon devnet status` shows which processes are down; `beacon devnet restart` starts one again',
})

export const OUTCOME_UNKNOWN = defineError<{ method: string }>({
  code: 'D402',
  name: 'OUTCOME_UNKNOWN',
  kind: 'environment',
  message: ({ method }) => `the node died while it carried out ${method}; it may have taken effect`,
  hint: () => 'look whether it did before you send it again',
})

/** Null if the text is no JSON, or a batch that is empty or too long. */
export function parseIncoming(text: string): Incoming | null {
  let message: unknown
  try {
    message = JSON.parse(text)
  } catch {
    return null
  }
  const entries = Array.isArray(message) ? message : [message]
  if (entries.length === 0 || entries.length > BATCH_MAX) return null
  return { batch: Array.isArray(message), calls: entries.map(asCall), entries }
}

export function success(id: Call['id'], result: unknown): Answer {
  return { jsonrpc: '2.0', id, result }
}

/** The answer to a call that failed; an error of ours carries its permanent code in `data`. */
export function failure(id: Call['id'], cause: unknown): Answer {
  if (cause instanceof RpcError) {
    const { code, message, data } = cause
    return { jsonrpc: '2.0', id, error: data === undefined ? { code, message } : { code, message, data } }
  }
  if (cause instanceof BeaconError) {
    const { code, name, message, hint } = cause
    return { jsonrpc: '2.0', id, error: { code: UNAVAILABLE, message, data: { code, name, hint } } }
  }
  return { jsonrpc: '2.0', id, error: { code: INTERNAL_ERROR, message: String(cause) } }
}

/** The result in a backend's answer, or an RpcError with its error. */
export function resultOf(answer: unknown): unknown {
  const { result, error } = (answer ?? {}) as {
    result?: unknown
    error?: { code?: number; message?: string; data?: unknown }
  }
  if (error === undefined || error === null) return result
  throw new RpcError(error.code ?? INTERNAL_ERROR, error.message ?? 'unknown error', error.data)
}

function asCall(entry: unknown): Call | null {
  if (typeof entry !== 'object' || entry === null) return null
  const { id, method, params } = entry as Record<string, unknown>
  if (typeof method !== 'string') return null
  if (id !== undefined && id !== null && typeof id !== 'string' && typeof id !== 'number') return null
  return { id: id ?? null, method, params: Array.isArray(params) ? params : [] }
}
