/** An exactly uniform number from a seed. The law of the draw. */

import { concatBytes, fromHex, utf8 } from '../primitives/bytes'
import { ByteWriter } from '../primitives/codec'
import { keccak256 } from '../primitives/hash'
import { negated, twoTo256Modulo, U256 } from '../primitives/uint'

const DOMAIN = utf8('committee/1')

/** Uniform in [0, bound): hashes beyond the last whole multiple of `bound` are rejected and the next one is tried. */
export function uniform(seed: string, rollup: i64, draw: i64, bound: U256): U256 {
  // The last multiple is 2^256 - rest; where the rest is 0, every hash is below it.
  const rest = twoTo256Modulo(bound)
  const limit = negated(rest)
  let value = hashed(seed, rollup, draw, 0)
  for (let attempt: i64 = 1; !rest.isZero && value >= limit; attempt++) value = hashed(seed, rollup, draw, attempt)
  return value % bound
}

function hashed(seed: string, rollup: i64, draw: i64, attempt: i64): U256 {
  const counter = new ByteWriter().u64(rollup).u64(draw).u64(attempt).finish()
  return U256.fromBytes(keccak256(concatBytes([DOMAIN, fromHex(seed), counter])))
}
