/**
 * What the state-transition function may ask of its surroundings: state and heavy cryptography, nothing else. All of it is a
 * deterministic function of the state and the arguments. keccak256 is primitives/hash.ts, a pure function, and so isn't listed.
 */

import type { Hex } from '../primitives/bytes.ts'
import type { SignatureScheme } from '../primitives/signatures.ts'
import type { StateKey } from './keys.ts'

export interface StateReader {
  get(key: StateKey): Uint8Array | undefined
}

export interface StateHost extends StateReader {
  /** Values are never empty: the state only grows or changes. */
  set(key: StateKey, value: Uint8Array): void
}

export interface AccountSignature {
  readonly r: bigint
  readonly s: bigint
  /** 0 or 1. */
  readonly yParity: number
}

/** The account that signed `hash` (32 B), or null; a high s is refused, or an action could be sent under a second hash. */
export type RecoverAddress = (hash: Uint8Array, signature: AccountSignature) => Hex | null

export interface TransitionHost extends StateHost {
  readonly signatures: SignatureScheme
  readonly recoverAddress: RecoverAddress
}
