/** keccak256, the only hash of the protocol (H in the design). */

import * as host from '../host'
import { toHex } from './bytes'

export function keccak256(bytes: Uint8Array): Uint8Array {
  return host.keccak256(bytes)
}

/** {@link keccak256} as 0x-hex. */
export function keccakHex(bytes: Uint8Array): string {
  return toHex(keccak256(bytes))
}

export const ZERO_HASH: string = '0x0000000000000000000000000000000000000000000000000000000000000000'
