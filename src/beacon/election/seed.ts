/**
 * The randomness of draws and its source: a hash chain over the proposers' BLS signatures ("reveals"). A key and a message have one
 * signature, so a proposer can withhold its reveal with its block, but not choose another.
 */

import { concatBytes, fromHex, type Hex, utf8 } from '../../primitives/bytes.ts'
import { ByteWriter } from '../../primitives/codec.ts'
import { keccak256, keccakHex } from '../../primitives/hash.ts'
import type { Epoch, NetworkIdentity, RollupId, View } from '../../primitives/ids.ts'

/** A compressed BLS signature. */
export const REVEAL_BYTES = 96

/** What the proposer of `view` signs: bound to the network and to the chain's randomness so far. */
export function revealMessage(
  network: NetworkIdentity,
  epoch: Epoch,
  view: View,
  parentMix: Hex,
): Uint8Array {
  const bound = new ByteWriter().u64(network.chainId).hex(network.genesisHash, 32).u32(network.forkId)
  const at = new ByteWriter().u32(epoch).u64(view).hex(parentMix, 32)
  return keccak256(utf8('soft/rand/1'), bound.finish(), at.finish())
}

export function genesisMix(genesisHash: Hex): Hex {
  return keccakHex(utf8('soft/mix/0'), fromHex(genesisHash, 32))
}

/** Chained, not xored: two reveals of one proposer never cancel. */
export function nextMix(parentMix: Hex, reveal: Uint8Array): Hex {
  return keccakHex(concatBytes(fromHex(parentMix, 32), reveal))
}

/** seed(t) for t >= 2, from the mix of the terminal block of epoch t - 2. */
export function epochSeed(at: Epoch, mix: Hex): Hex {
  return keccakHex(utf8('soft/seed/1'), new ByteWriter().u32(at).hex(mix, 32).finish())
}

/** seed(0) and seed(1), before which no block was made. */
export function genesisSeed(at: Epoch, genesisHash: Hex): Hex {
  return keccakHex(utf8('seed'), new ByteWriter().u32(at).hex(genesisHash, 32).finish())
}

/** Of the first committees of a new rollup: from the mix of the block after its registration, which nobody knew when registering. */
export function firstSeed(rollup: RollupId, at: Epoch, mix: Hex): Hex {
  return keccakHex(utf8('soft/first/1'), new ByteWriter().u64(rollup).u32(at).hex(mix, 32).finish())
}
