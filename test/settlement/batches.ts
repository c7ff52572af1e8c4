/** Batches of made-up rollup blocks, whose digests follow from rollup and height. */

import { bigintToBytes, toHex, utf8 } from '../../src/primitives/bytes.ts'
import { keccak256, keccakHex } from '../../src/primitives/hash.ts'
import { height, type RollupId } from '../../src/primitives/ids.ts'
import type { Batch } from '../../src/settlement/batch.ts'

export function createBatch(rollup: RollupId, firstHeight: number, lastHeight: number, bytes = 100): Batch {
  const last = digestOf(rollup, lastHeight)
  return {
    rollup,
    firstHeight: height(firstHeight),
    lastHeight: height(lastHeight),
    parentDigest: digestOf(rollup, firstHeight - 1),
    lastDigest: last,
    lastBlockHash: keccakHex(utf8(`hash of ${last}`)),
    stateRoot: keccakHex(utf8(`state of ${last}`)),
    beacon: { height: height(7), digest: keccakHex(utf8('beacon')) },
    certificate: new Uint8Array(141).fill(9),
    data: new Uint8Array(bytes).fill(lastHeight),
  }
}

export function digestOf(rollup: RollupId, at: number) {
  return toHex(keccak256(utf8('block'), bigintToBytes(BigInt(rollup), 8), bigintToBytes(BigInt(at), 8)))
}
