/** Errors as JSON-RPC clients know them, with the codes and words that Ethereum clients use. */

import { type Hex, toHex } from '../../primitives/bytes.ts'
import type { BlockSelector } from '../../rpc/params.ts'
import { LIMIT_EXCEEDED, RpcError, SERVER_ERROR } from '../../rpc/rpc-error.ts'
import { STATE_HISTORY_BLOCKS } from '../chain.ts'
import type { Refusal } from '../refusal.ts'
import { revertReason } from '../revert-reason.ts'
import { TraceTooLarge } from '../trace/budget.ts'
import type { Outcome } from '../vm/vm.ts'

const EXECUTION_REVERTED = 3
const UNKNOWN_BLOCK = -39001
const SYNC_TIMEOUT = 4

export function refusedTransaction({ message }: Refusal): RpcError {
  return new RpcError(SERVER_ERROR, message)
}

/** Only a tag's has a code of its own: no block has got there yet. */
export function unknownBlock(selector: BlockSelector): RpcError {
  if (selector.by === 'tag') return new RpcError(UNKNOWN_BLOCK, `${selector.tag} block not found`)
  if (selector.by === 'hash') return new RpcError(SERVER_ERROR, 'header for hash not found')
  return new RpcError(SERVER_ERROR, 'header not found')
}

export function unknownTransaction(hash: Hex): RpcError {
  return new RpcError(SERVER_ERROR, `transaction ${hash} not found`)
}

export function stateNotKept(height: number, head: number): RpcError {
  return new RpcError(
    SERVER_ERROR,
    `state of block ${height} is not available: the last ${STATE_HISTORY_BLOCKS} blocks' is, up to ${head}`,
  )
}

export function filterNotFound(): RpcError {
  return new RpcError(SERVER_ERROR, 'filter not found')
}

export function pushUnavailable(): RpcError {
  return new RpcError(SERVER_ERROR, 'notifications not supported: subscribe over WebSocket')
}

export function unknownAccount(address: Hex): RpcError {
  return new RpcError(SERVER_ERROR, `unknown account ${address}: this node holds no key of it`)
}

export function limitExceeded(message: string): RpcError {
  return new RpcError(LIMIT_EXCEEDED, message)
}

/** EIP-7966's: the transaction is accepted, and still waits. */
export function syncTimeout(hash: Hex, timeoutMs: number): RpcError {
  return new RpcError(
    SYNC_TIMEOUT,
    `the transaction was added but has no receipt after ${timeoutMs} ms`,
    hash,
  )
}

/** Of a call that didn't succeed: code 3 with the output for a revert, as all libraries expect. */
export function failedCall({ error, output }: Outcome): RpcError {
  if (error !== 'revert') return new RpcError(SERVER_ERROR, error ?? 'execution failed')
  const reason = revertReason(output)
  const message = reason === null ? 'execution reverted' : `execution reverted: ${reason}`
  return new RpcError(EXECUTION_REVERTED, message, toHex(output))
}

/** What a trace gives, or that it would have been too large. */
export async function answered<Result>(trace: Promise<Result>): Promise<Result> {
  try {
    return await trace
  } catch (cause) {
    throw cause instanceof TraceTooLarge ? new RpcError(SERVER_ERROR, cause.message) : cause
  }
}
