/** Which rules hold, by the fork's number; later forks have what earlier ones had. */

export const SHANGHAI: i32 = 0
export const CANCUN: i32 = 1
export const PRAGUE: i32 = 2
export const OSAKA: i32 = 3

/** Precompiles are at the addresses from 1 to this one. */
export function lastPrecompile(fork: i32): i32 {
  if (fork >= PRAGUE) return 0x11
  return fork >= CANCUN ? 0x0a : 0x09
}

/** EIP-7951. */
export const P256_VERIFY: i32 = 0x100
