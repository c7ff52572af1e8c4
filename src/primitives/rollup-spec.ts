/** What a rollup is registered with on the Beacon Layer, and what its genesis follows from. */

import type { Hex } from './bytes.ts'
import { type ByteReader, type ByteWriter, DecodeError } from './codec.ts'

/** What executes a rollup's transactions: the EVM that is a WASM component, or @ethereumjs/evm. */
export type VmName = 'evm' | 'ethereumjs'

/** In the order of their numbers on the Beacon Layer. */
export const VM_NAMES: readonly VmName[] = ['evm', 'ethereumjs']
export const DEFAULT_VM: VmName = 'evm'

export interface RollupSpec {
  /** Unique on the Beacon Layer; see {@link ROLLUP_NAME}. */
  readonly name: string
  /** EIP-155 chain id, unique on the Beacon Layer. */
  readonly chainId: number
  /** Seats of its committee, at least {@link SEQUENCERS_MIN}. */
  readonly sequencers: number
  readonly vm: VmName
  /** 0: a block as soon as there is work; else the period in ms. */
  readonly blockTimeMs: number
  /** An idle chain makes an empty block after this many ms. */
  readonly heartbeatMs: number
  /** Gas limit of a block. */
  readonly gasLimit: number
  /** Validators with less stake (wei of the Beacon token) are not drawn. */
  readonly minStake: bigint
  /** Whether dev instructions (setBalance, mine, ...) are valid on it. */
  readonly devMethods: boolean
  /** Ends by itself so many Beacon blocks after its registration; 0: never. */
  readonly lifetimeBlocks: number
  /** Genesis balances in wei, ascending by address. */
  readonly alloc: readonly { readonly address: Hex; readonly balance: bigint }[]
}

export const ROLLUP_NAME = /^[a-z][a-z0-9-]{0,31}$/
export const SEQUENCERS_MIN = 5
export const ALLOC_MAX = 64

export function writeRollupSpec(writer: ByteWriter, spec: RollupSpec): ByteWriter {
  return writer
    .text(spec.name)
    .u64(spec.chainId)
    .u16(spec.sequencers)
    .u8(VM_NAMES.indexOf(spec.vm))
    .u32(spec.blockTimeMs)
    .u32(spec.heartbeatMs)
    .u64(spec.gasLimit)
    .u128(spec.minStake)
    .flag(spec.devMethods)
    .u32(spec.lifetimeBlocks)
    .list(spec.alloc, (to, { address, balance }) => to.hex(address, 20).u128(balance))
}

export function readRollupSpec(reader: ByteReader): RollupSpec {
  return {
    name: reader.text(32),
    chainId: reader.u64(),
    sequencers: reader.u16(),
    vm: readVm(reader),
    blockTimeMs: reader.u32(),
    heartbeatMs: reader.u32(),
    gasLimit: reader.u64(),
    minStake: reader.u128(),
    devMethods: reader.flag(),
    lifetimeBlocks: reader.u32(),
    alloc: reader.list(ALLOC_MAX, (from) => ({ address: from.hex(20), balance: from.u128() })),
  }
}

function readVm(reader: ByteReader): VmName {
  const vm = VM_NAMES[reader.u8()]
  if (vm === undefined) throw new DecodeError('unknown VM')
  return vm
}
