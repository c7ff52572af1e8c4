/**
 * The vote signatures as a port: BLS12-381 in nodes (platform/bls.ts), anything with the same laws in simulations.
 * Sizes are those of BLS min-pk: public key 48 B (compressed G1), vote signature 192 B (uncompressed G2, cheap to decode),
 * aggregate 96 B (compressed G2).
 */

export const PUBLIC_KEY_BYTES = 48
export const VOTE_SIGNATURE_BYTES = 192
export const AGGREGATE_BYTES = 96

/** Holds one secret vote key. Signing is deterministic: one key and one message have one signature. */
export interface VoteSigner {
  readonly publicKey: Uint8Array
  /** A vote signature (192 B) over `message`. */
  sign(message: Uint8Array): Uint8Array
}

/** Checks signatures; returns false for malformed input and never throws. */
export interface SignatureScheme {
  /** The aggregate (96 B) of vote signatures over one message, or null if one of them is malformed. Doesn't verify. */
  aggregate(signatures: readonly Uint8Array[]): Uint8Array | null
  /** Whether `aggregate` is the aggregate of all of `publicKeys` over `message`. False for no keys. */
  verifyAggregate(publicKeys: readonly Uint8Array[], message: Uint8Array, aggregate: Uint8Array): boolean
  /** Whether `signature` (a vote signature, 192 B, or compressed, 96 B) is by `publicKey` over `message`. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean
}
