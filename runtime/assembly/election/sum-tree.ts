/** The root of a Merkle-sum tree over (index, H(vote key), weight); see src/beacon/election/sum-tree.ts. */

import { ByteWriter } from '../primitives/codec'
import { keccakHex, ZERO_HASH } from '../primitives/hash'
import { U256 } from '../primitives/uint'

export class SumLeaf {
  constructor(
    /** H(vote key). */
    readonly keyHash: string,
    readonly weight: U256,
  ) {}
}

export class SumNode {
  constructor(
    readonly hash: string,
    readonly sum: U256,
  ) {}
}

const PADDING = new SumNode(ZERO_HASH, U256.ZERO)

/** Of at least one leaf. */
export function computeSumRoot(leaves: SumLeaf[]): SumNode {
  let row: SumNode[] = []
  for (let i = 0; i < leaves.length; i++) row.push(hashLeaf(i, leaves[i]))
  while (row.length > 1) {
    const parents: SumNode[] = []
    for (let i = 0; i < row.length; i += 2) {
      parents.push(hashNode(row[i], i + 1 < row.length ? row[i + 1] : PADDING))
    }
    row = parents
  }
  return row[0]
}

/** H(00 || index || H(vote key) || weight). */
function hashLeaf(index: i64, leaf: SumLeaf): SumNode {
  const encoded = new ByteWriter().u8(0).u64(index).hex(leaf.keyHash, 32).u128(leaf.weight).finish()
  return new SumNode(keccakHex(encoded), leaf.weight)
}

/** H(01 || left hash || left sum || right hash || right sum). */
function hashNode(left: SumNode, right: SumNode): SumNode {
  const writer = new ByteWriter().u8(1).hex(left.hash, 32).u128(left.sum).hex(right.hash, 32).u128(right.sum)
  return new SumNode(keccakHex(writer.finish()), left.sum + right.sum)
}
