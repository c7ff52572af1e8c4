/** Sizes of BLS signatures; see src/primitives/signatures.ts. */

export const PUBLIC_KEY_BYTES = 48
export const VOTE_SIGNATURE_BYTES = 192
export const AGGREGATE_BYTES = 96
