/**
 * What executes messages. The pipeline around it (nonces, fees, refunds, receipts) is the executor's own, so that a VM is only this:
 * one message on one journal, with its outcome. A VM runs one message at a time.
 */

import type { Hex } from '../../primitives/bytes.ts'
import type { Fork } from '../forks.ts'
import type { Log } from '../receipt.ts'
import type { StateJournal } from '../state/journal.ts'
import type { AccessListEntry } from '../transaction.ts'

/** What the EVM's block opcodes answer. */
export interface BlockContext {
  readonly number: number
  readonly timestamp: number
  readonly beneficiary: Hex
  readonly gasLimit: number
  readonly baseFeePerGas: bigint
  readonly prevRandao: Hex
}

export interface Message {
  /** Its nonce is already incremented and its gas already bought. */
  readonly caller: Hex
  /** Null creates a contract from `data`. */
  readonly to: Hex | null
  readonly value: bigint
  readonly data: Uint8Array
  /** What is left after intrinsic gas. */
  readonly gas: number
  readonly gasPrice: bigint
  readonly accessList: readonly AccessListEntry[]
}

export interface Outcome {
  readonly succeeded: boolean
  /** Null, "revert", or what went wrong. */
  readonly error: string | null
  readonly gasUsed: number
  /** Before the cap of EIP-3529. */
  readonly gasRefund: number
  readonly output: Uint8Array
  readonly logs: readonly Log[]
  /** Set if `to` was null, whether or not the creation succeeded. */
  readonly createdAddress: Hex | null
  /** Accounts to remove at the transaction's end (EIP-6780). */
  readonly destroyed: readonly Hex[]
}

export interface Vm {
  readonly fork: Fork
  run(journal: StateJournal, block: BlockContext, message: Message): Promise<Outcome>
  isPrecompile(address: Hex): boolean
}
