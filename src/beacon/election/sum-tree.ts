/**
 * A Merkle-sum tree over (index, H(vote key), weight): each node carries the sum below it, so a proof of one leaf also tells which
 * stretch of the line of weights is that leaf's. Padding leaves are all zeros and weigh nothing.
 */

import { fromHex, type Hex, toHex } from '../../primitives/bytes.ts'
import { ByteWriter } from '../../primitives/codec.ts'
import { keccak256 } from '../../primitives/hash.ts'

export interface SumNode {
  readonly hash: Hex
  readonly sum: bigint
}

export interface SumLeaf {
  /** H(vote key). */
  readonly keyHash: Hex
  readonly weight: bigint
}

export interface SumTree {
  readonly root: SumNode
  /** Siblings of leaf `index`, lowest first. */
  prove(index: number): SumNode[]
}

const PADDING: SumNode = { hash: toHex(new Uint8Array(32)), sum: 0n }

/** Of at least one leaf. */
export function buildSumTree(leaves: readonly SumLeaf[]): SumTree {
  if (leaves.length === 0) throw new RangeError('a sum tree needs a leaf')
  const rows: SumNode[][] = [leaves.map((leaf, index) => hashLeaf(index, leaf))]
  for (let row = rows[0]!; row.length > 1; row = rows.at(-1)!) {
    const parents: SumNode[] = []
    for (let i = 0; i < row.length; i += 2) parents.push(hashNode(row[i]!, row[i + 1] ?? PADDING))
    rows.push(parents)
  }
  return {
    root: rows.at(-1)![0]!,
    prove: (index) => rows.slice(0, -1).map((row, depth) => row[(index >> depth) ^ 1] ?? PADDING),
  }
}

/** H(00 || index || H(vote key) || weight). */
export function hashLeaf(index: number, leaf: SumLeaf): SumNode {
  const encoded = new ByteWriter().u8(0).u64(index).hex(leaf.keyHash, 32).u128(leaf.weight).finish()
  return { hash: toHex(keccak256(encoded)), sum: leaf.weight }
}

/** H(01 || left hash || left sum || right hash || right sum). */
export function hashNode(left: SumNode, right: SumNode): SumNode {
  const writer = new ByteWriter().u8(1)
  for (const { hash, sum } of [left, right]) writer.raw(fromHex(hash, 32)).u128(sum)
  return { hash: toHex(keccak256(writer.finish())), sum: left.sum + right.sum }
}
