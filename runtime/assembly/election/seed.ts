/** The randomness of draws and its source: a hash chain over the proposers' BLS signatures ("reveals"). */

import { concatBytes, fromHex, utf8 } from '../primitives/bytes'
import { ByteWriter } from '../primitives/codec'
import { keccak256, keccakHex } from '../primitives/hash'
import { NetworkIdentity } from '../primitives/ids'

/** A compressed BLS signature. */
export const REVEAL_BYTES = 96

/** What the proposer of `view` signs: bound to the network and to the chain's randomness so far. */
export function revealMessage(network: NetworkIdentity, epoch: i64, view: i64, parentMix: string): Uint8Array {
  const bound = new ByteWriter().u64(network.chainId).hex(network.genesisHash, 32).u32(network.forkId)
  const at = new ByteWriter().u32(epoch).u64(view).hex(parentMix, 32)
  return keccak256(concatBytes([utf8('soft/rand/1'), bound.finish(), at.finish()]))
}

/** Chained, not xored: two reveals of one proposer never cancel. */
export function nextMix(parentMix: string, reveal: Uint8Array): string {
  return keccakHex(concatBytes([fromHex(parentMix), reveal]))
}

/** seed(t) for t >= 2, from the mix of the terminal block of epoch t - 2. */
export function epochSeed(at: i64, mix: string): string {
  return keccakHex(concatBytes([utf8('soft/seed/1'), new ByteWriter().u32(at).hex(mix, 32).finish()]))
}

/** Of the first committees of a new rollup: from the mix of the block after its registration. */
export function firstSeed(rollup: i64, at: i64, mix: string): string {
  const bound = new ByteWriter().u64(rollup).u32(at).hex(mix, 32).finish()
  return keccakHex(concatBytes([utf8('soft/first/1'), bound]))
}
