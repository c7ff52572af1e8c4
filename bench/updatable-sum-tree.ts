/**
 * A Merkle-sum tree that is changed in place: of k leaves it hashes the paths to the root anew, O(k log n), where a rebuild hashes everything.
 * The Beacon Layer rebuilds: it has at most a hundred leaves, and a cap on weights that may change them all.
 */

import { hashLeaf, hashNode, type SumLeaf, type SumNode } from '../src/beacon/election/sum-tree.ts'

const PADDING: SumNode = { hash: `0x${'00'.repeat(32)}`, sum: 0n }

export class UpdatableSumTree {
  readonly #rows: SumNode[][]

  /** Of at least one leaf. */
  constructor(leaves: readonly SumLeaf[]) {
    this.#rows = [leaves.map((leaf, index) => hashLeaf(index, leaf))]
    for (let row = this.#rows[0]!; row.length > 1; row = this.#rows.at(-1)!) {
      this.#rows.push(Array.from({ length: Math.ceil(row.length / 2) }, (_, i) => parentAt(row, i)))
    }
  }

  get root(): SumNode {
    return this.#rows.at(-1)![0]!
  }

  /** By the places of leaves that are there. */
  update(changes: ReadonlyMap<number, SumLeaf>): void {
    const leaves = this.#rows[0]!
    for (const [index, leaf] of changes) leaves[index] = hashLeaf(index, leaf)
    let touched = new Set(changes.keys())
    for (const [depth, row] of this.#rows.slice(0, -1).entries()) {
      touched = new Set([...touched].map((index) => index >> 1))
      for (const index of touched) this.#rows[depth + 1]![index] = parentAt(row, index)
    }
  }
}

function parentAt(row: readonly SumNode[], index: number): SumNode {
  return hashNode(row[2 * index]!, row[2 * index + 1] ?? PADDING)
}
