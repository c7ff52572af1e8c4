/** What things cost (yellow paper, appendix G, and the EIPs that changed it). */

export const COLD_ACCOUNT: i64 = 2_600
export const COLD_SLOT: i64 = 2_100
export const WARM: i64 = 100
export const CALL_VALUE: i64 = 9_000
export const CALL_STIPEND: i64 = 2_300
export const NEW_ACCOUNT: i64 = 25_000
export const CREATE: i64 = 32_000
export const DEPOSIT_BYTE: i64 = 200
export const INITCODE_WORD: i64 = 2
export const KECCAK_WORD: i64 = 6
export const COPY_WORD: i64 = 3
export const LOG_TOPIC: i64 = 375
export const LOG_BYTE: i64 = 8
export const EXP_BYTE: i64 = 50
export const SSTORE_SENTRY: i64 = 2_300
export const SSTORE_SET: i64 = 20_000
export const SSTORE_RESET: i64 = 2_900
export const SSTORE_CLEAR_REFUND: i64 = 4_800
export const MEMORY_WORD: i64 = 3
export const MEMORY_QUADRATIC: i64 = 512

export const CODE_BYTES_MAX: i32 = 24_576
export const INITCODE_BYTES_MAX: i64 = 49_152

// @ts-ignore: decorator
@inline
export function wordsOf(bytes: i64): i64 {
  return (bytes + 31) >> 5
}
