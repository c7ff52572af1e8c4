import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { elect } from '../../../src/beacon/election/draw.ts'
import { buildSumTree } from '../../../src/beacon/election/sum-tree.ts'
import { type ElectionClaim, type SeatProof, verifyElection } from '../../../src/beacon/election/verify.ts'
import { type Hex, utf8 } from '../../../src/primitives/bytes.ts'
import { keccakHex } from '../../../src/primitives/hash.ts'
import { rollupId } from '../../../src/primitives/ids.ts'

function claimOf(weights: readonly bigint[], seed: Hex, seats = 5): ElectionClaim {
  const leaves = weights.map((weight, i) => ({ keyHash: keccakHex(utf8(`key ${i}`)), weight }))
  const tree = buildSumTree(leaves)
  const { seats: elected, standby } = elect(weights, seed, rollupId(7), seats)!
  const order = [...elected, ...standby].map(
    (index): SeatProof => ({ index, ...leaves[index]!, path: tree.prove(index) }),
  )
  return { seed, rollup: rollupId(7), root: tree.root.hash, total: tree.root.sum, order }
}

const SEED = keccakHex(utf8('seed'))
const CLAIM = claimOf([10n, 0n, 20n, 5n, 5n, 30n, 7n, 9n, 100n], SEED)

test('every draw verifies seat by seat, for any weights', () => {
  const cases = fc.record({
    weights: fc.array(fc.bigInt(0n, 1n << 100n), { minLength: 5, maxLength: 33 }),
    seed: fc.string(),
  })
  fc.assert(
    fc.property(cases, ({ weights, seed }) => {
      fc.pre(weights.filter((weight) => weight > 0n).length >= 5)
      return verifyElection(claimOf(weights, keccakHex(utf8(seed)))).ok
    }),
    { numRuns: 150, seed: 1 },
  )
})

test('another seed, rollup, order or total is refused', () => {
  const swapped = [CLAIM.order[1]!, CLAIM.order[0]!, ...CLAIM.order.slice(2)]
  assert.deepEqual(verifyElection(CLAIM), { ok: true })
  assert.equal(verifyElection({ ...CLAIM, seed: keccakHex(utf8('other')) }).ok, false)
  assert.equal(verifyElection({ ...CLAIM, rollup: rollupId(8) }).ok, false)
  assert.deepEqual(verifyElection({ ...CLAIM, order: swapped }), {
    ok: false,
    seat: 0,
    reason: 'NOT_THE_DRAWN_POINT',
  })
  assert.equal(verifyElection({ ...CLAIM, total: CLAIM.total + 1n }).ok, false)
})

test('a validator can hold one seat only', () => {
  const twice = [CLAIM.order[0]!, CLAIM.order[0]!]
  assert.deepEqual(verifyElection({ ...CLAIM, order: twice }), {
    ok: false,
    seat: 1,
    reason: 'NOT_THE_DRAWN_POINT',
  })
})

test('any changed bit of a proof is noticed', () => {
  const flips = fc.record({
    seat: fc.nat({ max: CLAIM.order.length - 1 }),
    field: fc.constantFrom('index', 'keyHash', 'weight', 'path.hash', 'path.sum', 'path.length'),
    depth: fc.nat(),
    bit: fc.nat({ max: 255 }),
  })
  fc.assert(
    fc.property(flips, ({ seat, field, depth, bit }) => {
      const order = CLAIM.order.with(seat, flip(CLAIM.order[seat]!, field, depth, bit))
      return !verifyElection({ ...CLAIM, order }).ok
    }),
    { numRuns: 1000, seed: 3 },
  )
})

test('numbers beyond their bounds are refused, not thrown at', () => {
  const proof = CLAIM.order[0]!
  const variants: SeatProof[] = [
    { ...proof, weight: 1n << 200n },
    { ...proof, weight: -1n },
    { ...proof, index: -1 },
    { ...proof, index: 2 ** 60 },
    { ...proof, path: proof.path.map((node) => ({ ...node, sum: 1n << 200n })) },
    { ...proof, path: proof.path.map((node) => ({ ...node, sum: -1n })) },
    { ...proof, path: Array(1000).fill(proof.path[0]!) },
  ]
  for (const variant of variants) {
    assert.equal(verifyElection({ ...CLAIM, order: [variant] }).ok, false)
    assert.equal(verifyElection({ ...CLAIM, total: 1n << 201n, order: [variant] }).ok, false)
  }
})

function flip(proof: SeatProof, field: string, depth: number, bit: number): SeatProof {
  const level = depth % proof.path.length
  const node = proof.path[level]!
  switch (field) {
    case 'index':
      return { ...proof, index: proof.index ^ (1 << (bit % 20)) }
    case 'keyHash':
      return { ...proof, keyHash: flipHash(proof.keyHash, bit) }
    case 'weight':
      return { ...proof, weight: proof.weight ^ (1n << BigInt(bit % 128)) }
    case 'path.hash':
      return { ...proof, path: proof.path.with(level, { ...node, hash: flipHash(node.hash, bit) }) }
    case 'path.sum':
      return {
        ...proof,
        path: proof.path.with(level, { ...node, sum: node.sum ^ (1n << BigInt(bit % 128)) }),
      }
    default:
      return { ...proof, path: proof.path.toSpliced(level, 1) }
  }
}

function flipHash(hash: Hex, bit: number): Hex {
  return `0x${(BigInt(hash) ^ (1n << BigInt(bit))).toString(16).padStart(64, '0')}`
}
