/** An exactly uniform number from a seed. The law of the draw: the drawer and the verifier must agree on it, so both take it from here. */

import { bytesToBigint, fromHex, type Hex, utf8 } from '../../primitives/bytes.ts'
import { ByteWriter } from '../../primitives/codec.ts'
import { keccak256 } from '../../primitives/hash.ts'
import type { RollupId } from '../../primitives/ids.ts'

const TWO_256 = 1n << 256n
const DOMAIN = utf8('committee/1')

/** Uniform in [0, bound): hashes beyond the last whole multiple of `bound` are rejected and the next one is tried. */
export function uniform(seed: Hex, rollup: RollupId, draw: number, bound: bigint): bigint {
  const limit = TWO_256 - (TWO_256 % bound)
  for (let attempt = 0; ; attempt++) {
    const counter = new ByteWriter().u64(rollup).u64(draw).u64(attempt).finish()
    const value = bytesToBigint(keccak256(DOMAIN, fromHex(seed, 32), counter))
    if (value < limit) return value % bound
  }
}
