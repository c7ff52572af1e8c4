/** What a rollup is registered with on the Beacon Layer. */

import { ByteReader, ByteWriter } from './codec'
import { U256 } from './uint'

export const VM_NAMES: string[] = ['evm', 'ethereumjs']
export const SEQUENCERS_MIN: i64 = 5
export const ALLOC_MAX = 64
const NAME_BYTES_MAX = 32

export class Allocation {
  constructor(
    readonly address: string,
    readonly balance: U256,
  ) {}
}

export class RollupSpec {
  constructor(
    readonly name: string,
    readonly chainId: i64,
    readonly sequencers: i64,
    /** Index into {@link VM_NAMES}. */
    readonly vm: i64,
    readonly blockTimeMs: i64,
    readonly heartbeatMs: i64,
    readonly gasLimit: i64,
    readonly minStake: U256,
    readonly devMethods: bool,
    /** 0: it doesn't end by itself. */
    readonly lifetimeBlocks: i64,
    readonly alloc: Allocation[],
  ) {}
}

export function writeRollupSpec(writer: ByteWriter, spec: RollupSpec): ByteWriter {
  writer
    .text(spec.name)
    .u64(spec.chainId)
    .u16(spec.sequencers)
    .u8(spec.vm)
    .u32(spec.blockTimeMs)
    .u32(spec.heartbeatMs)
    .u64(spec.gasLimit)
    .u128(spec.minStake)
    .flag(spec.devMethods)
    .u32(spec.lifetimeBlocks)
    .u16(spec.alloc.length)
  for (let i = 0; i < spec.alloc.length; i++) writer.hex(spec.alloc[i].address, 20).u128(spec.alloc[i].balance)
  return writer
}

export function readRollupSpec(reader: ByteReader): RollupSpec {
  const name = reader.text(NAME_BYTES_MAX)
  const chainId = reader.u64()
  const sequencers = reader.u16()
  const vm = reader.u8()
  if (vm >= VM_NAMES.length) reader.failed = true
  const blockTimeMs = reader.u32()
  const heartbeatMs = reader.u32()
  const gasLimit = reader.u64()
  const minStake = reader.u128()
  const devMethods = reader.flag()
  const lifetimeBlocks = reader.u32()
  const alloc: Allocation[] = []
  const count = reader.count(ALLOC_MAX)
  for (let i = 0; i < count; i++) {
    const address = reader.hex(20)
    alloc.push(new Allocation(address, reader.u128()))
  }
  return new RollupSpec(
    name,
    chainId,
    sequencers,
    vm,
    blockTimeMs,
    heartbeatMs,
    gasLimit,
    minStake,
    devMethods,
    lifetimeBlocks,
    alloc,
  )
}
