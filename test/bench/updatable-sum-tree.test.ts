import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { UpdatableSumTree } from '../../bench/updatable-sum-tree.ts'
import { buildSumTree, type SumLeaf } from '../../src/beacon/election/sum-tree.ts'
import { utf8 } from '../../src/primitives/bytes.ts'
import { keccakHex } from '../../src/primitives/hash.ts'

const leaf = fc
  .tuple(fc.nat(3), fc.bigInt({ min: 0n, max: 1n << 100n }))
  .map(([key, weight]): SumLeaf => ({ keyHash: keccakHex(utf8(`key ${key}`)), weight }))

test('a tree that is changed leaf by leaf has the root of one that is built of the new leaves', () => {
  const change = fc.tuple(fc.nat(39), leaf)
  fc.assert(
    fc.property(
      fc.array(leaf, { minLength: 1, maxLength: 40 }),
      fc.array(fc.array(change, { maxLength: 12 }), { maxLength: 4 }),
      (leaves, rounds) => {
        const tree = new UpdatableSumTree(leaves)
        const now = [...leaves]
        for (const round of rounds) {
          const changes = new Map(round.map(([at, changed]) => [at % leaves.length, changed] as const))
          tree.update(changes)
          for (const [at, changed] of changes) now[at] = changed
          assert.deepEqual(tree.root, buildSumTree(now).root)
        }
      },
    ),
    { numRuns: 200 },
  )
})
