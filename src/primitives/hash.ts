/** keccak256, the only hash of the protocol (H in the design). hash-wasm is about seven times faster here than pure JavaScript. */

import { createKeccak } from 'hash-wasm'
import { type Hex, toHex } from './bytes.ts'

const hasher = await createKeccak(256)

/** keccak256 of the concatenation of `parts`, as 32 bytes. */
export function keccak256(...parts: readonly Uint8Array[]): Uint8Array {
  hasher.init()
  for (const part of parts) hasher.update(part)
  return hasher.digest('binary')
}

/** {@link keccak256} as 0x-hex. */
export function keccakHex(...parts: readonly Uint8Array[]): Hex {
  return toHex(keccak256(...parts))
}

export const ZERO_HASH: Hex = `0x${'00'.repeat(32)}`
