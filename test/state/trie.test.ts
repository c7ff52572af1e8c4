import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createMPT, MerklePatriciaTrie, verifyMPTWithMerkleProof } from '@ethereumjs/mpt'
import fc from 'fast-check'
import { bigintToMinimalBytes, fromHex, toHex, utf8 } from '../../src/primitives/bytes.ts'
import { DecodeError } from '../../src/primitives/codec.ts'
import { keccak256 } from '../../src/primitives/hash.ts'
import { encodeRlp } from '../../src/primitives/rlp.ts'
import { verifyProof } from '../../src/state/proof.ts'
import { EMPTY_ROOT, orderedRoot, Trie, type TrieChange } from '../../src/state/trie.ts'

type Pair = [string, string | null]

interface Vector {
  readonly in: Pair[] | Record<string, string>
  readonly root: string
}

const vectors = (file: string): Record<string, Vector> =>
  JSON.parse(readFileSync(new URL(`../vectors/ethereum-tests/TrieTests/${file}`, import.meta.url), 'utf8'))

const bytesOf = (text: string) => (text.startsWith('0x') ? fromHex(text) : utf8(text))

for (const [file, isSecure] of [
  ['trietest.json', false],
  ['trieanyorder.json', false],
  ['trietest_secureTrie.json', true],
  ['trieanyorder_secureTrie.json', true],
  ['hex_encoded_securetrie_test.json', true],
] as const) {
  for (const [name, vector] of Object.entries(vectors(file))) {
    test(`has the root of ethereum-tests' ${file} ${name}`, () => {
      const pairs = Array.isArray(vector.in) ? vector.in : Object.entries(vector.in)
      const changes = pairs.map(([key, value]): TrieChange => {
        const bytes = bytesOf(key)
        return [isSecure ? keccak256(bytes) : bytes, value === null ? null : bytesOf(value)]
      })
      assert.equal(toHex(Trie.empty.update(changes).root()), vector.root)
      const oneByOne = changes.reduce((trie, change) => trie.update([change]), Trie.empty)
      assert.equal(toHex(oneByOne.root()), vector.root)
    })
  }
}

/** Keys that share prefixes, are prefixes of one another, and come up again. */
const anyKey = fc.oneof(
  fc.array(fc.constantFrom(0x00, 0x01, 0x10, 0x11), { maxLength: 4 }).map((bytes) => Uint8Array.from(bytes)),
  fc.integer({ min: 0, max: 30 }).map((n) => keccak256(Uint8Array.of(n))),
)
const anyChange: fc.Arbitrary<TrieChange> = fc.tuple(
  anyKey,
  fc.option<Uint8Array>(fc.uint8Array({ minLength: 1, maxLength: 40 }), { freq: 3 }),
)

/** The oracle only inserts: @ethereumjs/mpt loses values when it deletes beside a key that is a prefix of others. */
async function rootByOracle(entries: Iterable<readonly [Uint8Array, Uint8Array]>): Promise<Uint8Array> {
  const oracle = new MerklePatriciaTrie()
  for (const [key, value] of entries) await oracle.put(key, value)
  return oracle.root()
}

test('has the root that its entries have by @ethereumjs/mpt, after any updates, and so have all tries before it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(anyChange, { maxLength: 12 }), { maxLength: 6 }), async (updates) => {
      const versions = [{ trie: Trie.empty, root: EMPTY_ROOT }]
      const entries = new Map<string, readonly [Uint8Array, Uint8Array]>()
      for (const changes of updates) {
        for (const [key, value] of changes) {
          if (value === null) entries.delete(toHex(key))
          else entries.set(toHex(key), [key, value])
        }
        const trie = versions.at(-1)!.trie.update(changes)
        versions.push({ trie, root: await rootByOracle(entries.values()) })
        for (const [key] of changes) assert.deepEqual(trie.get(key), entries.get(toHex(key))?.[1])
      }
      // Roots only now, so that old versions are hashed after newer ones were made from them.
      for (const { trie, root } of versions) assert.equal(toHex(trie.root()), toHex(root))
    }),
    { numRuns: 300 },
  )
})

test('an update that changes nothing gives the same trie', () => {
  const trie = Trie.empty.update([
    [utf8('do'), utf8('verb')],
    [utf8('dog'), utf8('puppy')],
  ])
  assert.equal(trie.update([[utf8('dog'), utf8('puppy')]]), trie)
  assert.equal(trie.update([[utf8('horse'), null]]), trie)
  assert.equal(Trie.empty.update([[utf8('horse'), new Uint8Array(0)]]), Trie.empty)
})

test("proves presence and absence of any key, as @ethereumjs/mpt's verifier confirms", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyChange, { maxLength: 30 }), anyKey, async (changes, stranger) => {
      const trie = Trie.empty.update(changes)
      for (const key of [stranger, ...changes.map(([key]) => key)]) {
        const proof = trie.prove(key)
        const value = trie.get(key) ?? null
        assert.deepEqual(verifyProof(trie.root(), key, proof), value)
        if (proof.length > 0) {
          assert.deepEqual(await verifyMPTWithMerkleProof(await createMPT(), trie.root(), key, proof), value)
        }
      }
    }),
    { numRuns: 60 },
  )
})

test('a changed, shortened, extended or foreign proof is refused', () => {
  const keys = Array.from({ length: 50 }, (_, n) => keccak256(Uint8Array.of(n)))
  const trie = Trie.empty.update(keys.map((key): TrieChange => [key, key]))
  const [key, other] = keys as [Uint8Array, Uint8Array]
  const proof = trie.prove(key)
  const changed = proof.map((node) => node.slice())
  changed.at(-1)![3]! ^= 1
  for (const bad of [changed, proof.slice(0, -1), [...proof, proof[0]!], [], trie.prove(other)]) {
    assert.throws(() => verifyProof(trie.root(), key, bad), DecodeError)
  }
  assert.throws(() => verifyProof(keccak256(key), key, proof), DecodeError)
})

test('the verifier throws nothing but DecodeError, whatever the nodes', () => {
  const node = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.array(fc.uint8Array({ maxLength: 3 }), { minLength: 2, maxLength: 2 }).map(encodeRlp),
    fc.array(fc.constant(Uint8Array.of(0x20)), { minLength: 17, maxLength: 17 }).map(encodeRlp),
  )
  fc.assert(
    fc.property(node, anyKey, (encoded, key) => {
      try {
        verifyProof(keccak256(encoded), key, [encoded])
      } catch (error) {
        assert.ok(error instanceof DecodeError, String(error))
      }
    }),
    { numRuns: 1000 },
  )
})

test('orderedRoot is the root under RLP(index), also with large values', async () => {
  assert.deepEqual(orderedRoot([]), EMPTY_ROOT)
  const values = Array.from({ length: 300 }, (_, n) => new Uint8Array(1 + n * 40).fill(n + 1))
  const oracle = new MerklePatriciaTrie()
  for (const [n, value] of values.entries())
    await oracle.put(encodeRlp(bigintToMinimalBytes(BigInt(n))), value)
  assert.deepEqual(orderedRoot(values), oracle.root())
})
