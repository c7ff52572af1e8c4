/** What a call pretends about the block that it is in, in geth's and execution-apis' words. In: JSON from strangers; refused with -32602. */

import type { Hex } from '../../primitives/bytes.ts'
import {
  invalidParams,
  optional,
  readAddress,
  readNumber,
  readObject,
  readQuantity,
  readWord,
} from '../../rpc/params.ts'

/** Null: as it would be. */
export interface BlockOverrides {
  readonly number: number | null
  readonly timestamp: number | null
  readonly gasLimit: number | null
  readonly beneficiary: Hex | null
  readonly prevRandao: Hex | null
  readonly baseFeePerGas: bigint | null
}

export function readBlockOverrides(value: unknown, at: string): BlockOverrides {
  const fields = optional(readObject)(value, at) ?? {}
  const name = (field: string) => `${at}.${field}`
  if (fields.blobBaseFee !== undefined)
    throw invalidParams(name('blobBaseFee'), 'nothing: rollups have no blobs')
  const withdrawals = fields.withdrawals ?? []
  if (!Array.isArray(withdrawals) || withdrawals.length > 0)
    throw invalidParams(name('withdrawals'), 'none: rollups have no withdrawals of validators')
  return {
    number: optional(readNumber)(fields.number, name('number')) ?? null,
    timestamp: optional(readNumber)(fields.time, name('time')) ?? null,
    gasLimit: optional(readNumber)(fields.gasLimit, name('gasLimit')) ?? null,
    beneficiary: optional(readAddress)(fields.feeRecipient, name('feeRecipient')) ?? null,
    prevRandao: optional(readWord)(fields.prevRandao, name('prevRandao')) ?? null,
    baseFeePerGas: optional(readQuantity)(fields.baseFeePerGas, name('baseFeePerGas')) ?? null,
  }
}

/** `header` with what is pretended. */
export function overrideHeader<Header extends object>(header: Header, overrides: BlockOverrides): Header {
  const pretended = Object.entries(overrides).filter(([, value]) => value !== null)
  return { ...header, ...Object.fromEntries(pretended) }
}
