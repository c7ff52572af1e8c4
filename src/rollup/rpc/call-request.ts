/** The transaction-shaped objects in eth_call, eth_estimateGas and eth_sendTransaction. In: JSON from strangers; refused with -32602. */

import type { Hex } from '../../primitives/bytes.ts'
import { fromHex } from '../../primitives/bytes.ts'
import {
  invalidParams,
  optional,
  readAddress,
  readArray,
  readData,
  readHash,
  readNumber,
  readObject,
  readQuantity,
  readWord,
} from '../../rpc/params.ts'
import type { AccessListEntry } from '../transaction.ts'
import type { Overrides, StateOverride } from './overrides.ts'

/** A transaction as a client describes it, with everything optional. */
export interface CallRequest {
  readonly from: Hex
  readonly to: Hex | null
  readonly gas: number | null
  /** Null: free of charge. */
  readonly gasPrice: bigint | null
  readonly value: bigint
  readonly data: Uint8Array
  readonly accessList: readonly AccessListEntry[]
}

const ZERO_ADDRESS: Hex = `0x${'00'.repeat(20)}`
const NO_DATA = new Uint8Array(0)
const OVERRIDES_MAX = 1_000

export function readCallRequest(value: unknown, name = 'transaction'): CallRequest {
  const call = readObject(value, name)
  const gasPrice = optional(readQuantity)(call.gasPrice, `${name}.gasPrice`)
  const maxFee = optional(readQuantity)(call.maxFeePerGas, `${name}.maxFeePerGas`)
  return {
    from: optional(readAddress)(call.from, `${name}.from`) ?? ZERO_ADDRESS,
    to: optional(readAddress)(call.to, `${name}.to`) ?? null,
    gas: optional(readNumber)(call.gas, `${name}.gas`) ?? null,
    gasPrice: gasPrice ?? maxFee ?? null,
    value: optional(readQuantity)(call.value, `${name}.value`) ?? 0n,
    data: readInput(call, name),
    accessList: optional(readAccessList)(call.accessList, `${name}.accessList`) ?? [],
  }
}

/** `input`, by its old name `data`, or both if they say the same. */
function readInput(call: Readonly<Record<string, unknown>>, name: string): Uint8Array {
  const input = optional(readData)(call.input, `${name}.input`)
  const data = optional(readData)(call.data, `${name}.data`)
  if (input !== undefined && data !== undefined && Buffer.compare(input, data) !== 0) {
    throw invalidParams(name, 'input and data to be the same, or one of them only')
  }
  return input ?? data ?? NO_DATA
}

function readAccessList(value: unknown, name: string): AccessListEntry[] {
  return readArray(value, name, (item, at) => {
    const { address, storageKeys } = readObject(item, at)
    return {
      address: readAddress(address, `${at}.address`),
      storageKeys: readArray(storageKeys, `${at}.storageKeys`, readHash),
    }
  })
}

/** Geth's state overrides: by address, a balance, nonce, code, and single slots in `stateDiff`. */
export function readOverrides(value: unknown, name = 'overrides'): Overrides {
  if (value === undefined || value === null) return new Map()
  const entries = Object.entries(readObject(value, name))
  if (entries.length > OVERRIDES_MAX) throw invalidParams(name, `at most ${OVERRIDES_MAX} accounts`)
  return new Map(
    entries.map(([address, item]) => [readAddress(address, name), readOverride(item, `${name}.${address}`)]),
  )
}

function readOverride(value: unknown, name: string): StateOverride {
  const { balance, nonce, code, stateDiff, state } = readObject(value, name)
  if (state !== undefined)
    throw invalidParams(`${name}.state`, 'stateDiff: replacing all of a storage is not supported')
  return {
    balance: optional(readQuantity)(balance, `${name}.balance`),
    nonce: optional(readNumber)(nonce, `${name}.nonce`),
    code: optional(readData)(code, `${name}.code`),
    storage: Object.entries(optional(readObject)(stateDiff, `${name}.stateDiff`) ?? {}).map(
      ([slot, word]) => [readWord(slot, name), fromHex(readWord(word, name))],
    ),
  }
}
