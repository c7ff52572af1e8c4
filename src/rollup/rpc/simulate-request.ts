/** What eth_simulateV1 is asked for. In: JSON from strangers; refused with -32602, or -38026 if it is too much. */

import {
  invalidParams,
  optional,
  readArray,
  readBoolean,
  readNumber,
  readObject,
  readQuantity,
} from '../../rpc/params.ts'
import { RpcError } from '../../rpc/rpc-error.ts'
import { type BlockOverrides, readBlockOverrides } from './block-overrides.ts'
import { type CallRequest, readCallRequest, readOverrides } from './call-request.ts'
import type { Overrides } from './overrides.ts'

/** A call of a simulated block: whoever it is from. */
export interface SimulatedCall extends CallRequest {
  readonly nonce: number | null
  readonly maxFeePerGas: bigint
  readonly maxPriorityFeePerGas: bigint
}

export interface WishedBlock {
  /** What is null follows from the block before. */
  readonly overrides: BlockOverrides
  readonly state: Overrides
  readonly calls: readonly SimulatedCall[]
}

export interface SimulateRequest {
  readonly blocks: readonly WishedBlock[]
  readonly traceTransfers: boolean
  readonly validation: boolean
  readonly returnFullTransactions: boolean
}

export const SIMULATED_BLOCKS_MAX = 256
const CALLS_MAX = 1_000
const LIMIT = -38026

export function readSimulateRequest(value: unknown): SimulateRequest {
  const payload = readObject(value, 'payload')
  const blocks = readArray(payload.blockStateCalls, 'blockStateCalls', readWishedBlock, SIMULATED_BLOCKS_MAX)
  if (blocks.length === 0) throw invalidParams('blockStateCalls', 'at least one block')
  const calls = blocks.reduce((sum, block) => sum + block.calls.length, 0)
  if (calls > CALLS_MAX) throw beyondLimit(`at most ${CALLS_MAX} calls`)
  const flag = (name: string) => optional(readBoolean)(payload[name], name) ?? false
  return {
    blocks,
    traceTransfers: flag('traceTransfers'),
    validation: flag('validation'),
    returnFullTransactions: flag('returnFullTransactions'),
  }
}

export function beyondLimit(message: string): RpcError {
  return new RpcError(LIMIT, `client limit exceeded: ${message}`)
}

function readWishedBlock(value: unknown, name: string): WishedBlock {
  const { blockOverrides, stateOverrides, calls } = readObject(value, name)
  return {
    overrides: readBlockOverrides(blockOverrides, `${name}.blockOverrides`),
    state: readOverrides(stateOverrides, `${name}.stateOverrides`),
    calls: readArray(calls ?? [], `${name}.calls`, readCall),
  }
}

function readCall(value: unknown, name: string): SimulatedCall {
  const request = readCallRequest(value, name)
  const { nonce, gasPrice, maxPriorityFeePerGas } = readObject(value, name)
  const tip = optional(readQuantity)(maxPriorityFeePerGas, `${name}.maxPriorityFeePerGas`)
  const price = optional(readQuantity)(gasPrice, `${name}.gasPrice`)
  return {
    ...request,
    nonce: optional(readNumber)(nonce, `${name}.nonce`) ?? null,
    maxFeePerGas: request.gasPrice ?? 0n,
    maxPriorityFeePerGas: tip ?? price ?? 0n,
  }
}
