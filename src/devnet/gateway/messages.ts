/** JSON-RPC messages as the gateway sees them: calls of clients, answers of backends and its own. */

import { BeaconError, defineError } from '../../errors/beacon-error.ts'
import { type Id, isRequest } from '../../rpc/request.ts'
import { INTERNAL_ERROR, RpcError } from '../../rpc/rpc-error.ts'

export interface Call {
  /** Undefined for a notification. */
  readonly id: Id | undefined
  readonly method: string
  /** Null if they aren't a list; the backend refuses them. */
  readonly params: readonly unknown[] | null
}

export type Answer = Readonly<Record<string, unknown>>

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

export const BACKENDS_LOST = defineError<{ method: string; count: number }>({
  code: 'D403',
  name: 'BACKENDS_LOST',
  kind: 'environment',
  message: ({ method, count }) =>
    `${count} nodes, one after another, were lost while they answered ${method}`,
  hint: () => 'see `beacon devnet logs` for why they died; this very request may be the cause',
})

/** Null for what is no call. */
export function asCall(entry: unknown): Call | null {
  if (!isRequest(entry)) return null
  const { id, method, params = [] } = entry
  return { id, method, params: Array.isArray(params) ? params : null }
}

export function success(id: Id, result: unknown): Answer {
  return { jsonrpc: '2.0', id, result }
}

/** The answer to a call that failed; an error of ours carries its permanent code in `data`. */
export function failure(id: Id, cause: unknown): Answer {
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
