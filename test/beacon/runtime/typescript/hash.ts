/** Stands in for src/primitives/hash.ts inside the component: the node hashes. */

import { keccak256 as hash } from 'beacon:runtime/host@0.1.0'
import { concatBytes, type Hex, toHex } from '../../../../src/primitives/bytes.ts'

export function keccak256(...parts: readonly Uint8Array[]): Uint8Array {
  return hash(concatBytes(...parts))
}

export function keccakHex(...parts: readonly Uint8Array[]): Hex {
  return toHex(keccak256(...parts))
}

export const ZERO_HASH: Hex = `0x${'00'.repeat(32)}`
