/**
 * An immutable in-memory Merkle-Patricia trie, hashed as Ethereum's. In: keys as raw bytes (whoever wants a secure trie hashes them)
 * and values. Out: other tries that share all untouched nodes, roots, proofs. It never copies what it is given: keys and values must
 * not be modified afterwards. Hashes are made when a root or proof is asked for, once per node.
 */

import { bigintToMinimalBytes, equalBytes } from '../primitives/bytes.ts'
import { keccak256 } from '../primitives/hash.ts'
import { encodeRlp } from '../primitives/rlp.ts'
import {
  BRANCH,
  type Branch,
  EXTENSION,
  type Extension,
  encodeNode,
  LEAF,
  type Leaf,
  type Node,
  nibbleAt,
  referenceOf,
} from './trie-node.ts'

/** Root of a trie without entries: keccak256 of the empty string's RLP. */
export const EMPTY_ROOT = keccak256(Uint8Array.of(0x80))

/** What an update does to a key: null or an empty value deletes it. */
export type TrieChange = readonly [key: Uint8Array, value: Uint8Array | null]

/** Each update is an owner; it alone may change the nodes that it made, and only while it runs. */
let owners = 0

export class Trie {
  static readonly empty = new Trie(null)

  readonly #top: Node | null

  private constructor(top: Node | null) {
    this.#top = top
  }

  get(key: Uint8Array): Uint8Array | undefined {
    const end = key.length * 2
    let node = this.#top
    let depth = 0
    while (node !== null) {
      if (node.kind === LEAF) return equalBytes(node.key, key) ? node.value : undefined
      if (node.kind === EXTENSION) {
        if (commonEnd(node.key, key, depth, Math.min(node.end, end)) < node.end) return undefined
        depth = node.end
        node = node.child
      } else {
        if (depth === end) return node.value ?? undefined
        node = node.children[nibbleAt(key, depth++)]!
      }
    }
    return undefined
  }

  /** The trie after `changes`, applied in order. This one stays as it is. */
  update(changes: Iterable<TrieChange>): Trie {
    const owner = ++owners
    let top = this.#top
    for (const [key, value] of changes) {
      if (value !== null && value.length > 0) top = insert(top, key, 0, value, owner)
      else if (top !== null) top = remove(top, key, 0, owner)
    }
    return top === this.#top ? this : new Trie(top)
  }

  root(): Uint8Array {
    if (this.#top === null) return EMPTY_ROOT
    const reference = referenceOf(this.#top, 0)
    return reference.length === 32 ? reference : keccak256(reference)
  }

  /**
   * The encoded nodes from the root to where `key` is or would be, without those embedded in their parents: what eth_getProof gives
   * and {@link verifyProof} (proof.ts) checks. Empty for an empty trie.
   */
  prove(key: Uint8Array): Uint8Array[] {
    const proof: Uint8Array[] = []
    let node = this.#top
    let depth = 0
    while (node !== null) {
      if (depth === 0 || referenceOf(node, depth).length === 32) proof.push(encodeNode(node, depth).slice())
      if (node.kind === LEAF) break
      if (node.kind === EXTENSION) {
        if (commonEnd(node.key, key, depth, Math.min(node.end, key.length * 2)) < node.end) break
        depth = node.end
        node = node.child
      } else {
        if (depth === key.length * 2) break
        node = node.children[nibbleAt(key, depth++)]!
      }
    }
    return proof
  }
}

/** The trie of `values` under {@link orderedKey}: Ethereum's transactions and receipts. */
export function orderedTrie(values: readonly Uint8Array[]): Trie {
  return Trie.empty.update(values.map((value, index): TrieChange => [orderedKey(index), value]))
}

export function orderedRoot(values: readonly Uint8Array[]): Uint8Array {
  return orderedTrie(values).root()
}

/** RLP(index). */
export function orderedKey(index: number): Uint8Array {
  return encodeRlp(bigintToMinimalBytes(BigInt(index)))
}

/**
 * The node that stands for `node` once `key` has `value`. As a node of `owner` is new, it has no cached reference to forget, and all
 * nodes above it are `owner`'s too; so an unchanged return value means that nothing above needs to change either.
 */
function insert(node: Node | null, key: Uint8Array, depth: number, value: Uint8Array, owner: number): Node {
  if (node === null) return leaf(key, value, owner)
  if (node.kind === LEAF) return insertAtLeaf(node, key, depth, value, owner)
  if (node.kind === BRANCH) return insertAtBranch(node, key, depth, value, owner)
  const end = commonEnd(node.key, key, depth, Math.min(node.end, key.length * 2))
  if (end < node.end) return splitExtension(node, end, key, depth, value, owner)
  const child = insertAtBranch(node.child, key, node.end, value, owner)
  return child === node.child ? node : replaceChild(node, child, owner)
}

function insertAtBranch(
  node: Branch,
  key: Uint8Array,
  depth: number,
  value: Uint8Array,
  owner: number,
): Branch {
  if (depth === key.length * 2) {
    if (node.value !== null && equalBytes(node.value, value)) return node
    const own = ownBranch(node, owner)
    own.value = value
    return own
  }
  const nibble = nibbleAt(key, depth)
  const child = insert(node.children[nibble]!, key, depth + 1, value, owner)
  if (child === node.children[nibble]) return node
  const own = ownBranch(node, owner)
  own.children[nibble] = child
  return own
}

function insertAtLeaf(node: Leaf, key: Uint8Array, depth: number, value: Uint8Array, owner: number): Node {
  const end = commonEnd(node.key, key, depth, Math.min(node.key.length, key.length) * 2)
  if (end === node.key.length * 2 && end === key.length * 2) {
    if (equalBytes(node.value, value)) return node
    if (node.owner !== owner) return leaf(key, value, owner)
    node.value = value
    return node
  }
  const fork = emptyBranch(owner)
  hang(fork, leaf(node.key, node.value, owner), end)
  hang(fork, leaf(key, value, owner), end)
  return under(fork, key, depth, end, owner)
}

function splitExtension(
  node: Extension,
  end: number,
  key: Uint8Array,
  depth: number,
  value: Uint8Array,
  owner: number,
): Node {
  const fork = emptyBranch(owner)
  fork.children[nibbleAt(node.key, end)] = under(node.child, node.key, end + 1, node.end, owner)
  hang(fork, leaf(key, value, owner), end)
  return under(fork, key, depth, end, owner)
}

/** The node that stands for `node` without `key`, or null if nothing is left. */
function remove(node: Node, key: Uint8Array, depth: number, owner: number): Node | null {
  if (node.kind === LEAF) return equalBytes(node.key, key) ? null : node
  if (node.kind === BRANCH) return removeAtBranch(node, key, depth, owner)
  if (commonEnd(node.key, key, depth, Math.min(node.end, key.length * 2)) < node.end) return node
  const child = removeAtBranch(node.child, key, node.end, owner)
  if (child === node.child) return node
  return child.kind === BRANCH ? replaceChild(node, child, owner) : child
}

/** Never null: a branch has two entries at least. */
function removeAtBranch(node: Branch, key: Uint8Array, depth: number, owner: number): Node {
  if (depth === key.length * 2) {
    if (node.value === null) return node
    const own = ownBranch(node, owner)
    own.value = null
    return collapse(own, key, depth, owner)
  }
  const nibble = nibbleAt(key, depth)
  const before = node.children[nibble]!
  const after = before === null ? null : remove(before, key, depth + 1, owner)
  if (after === before) return node
  const own = ownBranch(node, owner)
  own.children[nibble] = after
  return after === null ? collapse(own, key, depth, owner) : own
}

/** What stands for a branch that lost an entry: itself, or the only entry that it has left, moved up. `key` is any that leads here. */
function collapse(branch: Branch, key: Uint8Array, depth: number, owner: number): Node {
  const left = branch.children.findIndex((child) => child !== null)
  if (left === -1) return leaf(key.subarray(0, depth >> 1), branch.value!, owner)
  if (branch.value !== null || branch.children.some((child, nibble) => child !== null && nibble !== left)) {
    return branch
  }
  const child = branch.children[left]!
  if (child.kind === LEAF) return leaf(child.key, child.value, owner)
  if (child.kind === EXTENSION) return extension(child.key, child.end, child.child, owner)
  return extension(someKey(child), depth + 1, child, owner)
}

function someKey(node: Node): Uint8Array {
  let below = node
  while (below.kind === BRANCH) below = below.children.find((child) => child !== null)!
  return below.key
}

/** Depth, from `depth` on and at most `limit`, where the nibbles of `a` and `b` first differ. */
function commonEnd(a: Uint8Array, b: Uint8Array, depth: number, limit: number): number {
  let end = depth
  while (end < limit && nibbleAt(a, end) === nibbleAt(b, end)) end++
  return end
}

/** Puts a leaf into a branch that stands at `depth`. */
function hang(branch: Branch, node: Leaf, depth: number): void {
  if (depth === node.key.length * 2) branch.value = node.value
  else branch.children[nibbleAt(node.key, depth)] = node
}

/** `branch`, which stands at `end`, as seen from `depth`. */
function under(branch: Branch, key: Uint8Array, depth: number, end: number, owner: number): Node {
  return depth === end ? branch : extension(key, end, branch, owner)
}

function replaceChild(node: Extension, child: Branch, owner: number): Extension {
  if (node.owner !== owner) return extension(node.key, node.end, child, owner)
  node.child = child
  return node
}

function ownBranch(branch: Branch, owner: number): Branch {
  if (branch.owner === owner) return branch
  return { kind: BRANCH, children: branch.children.slice(), value: branch.value, reference: null, owner }
}

function emptyBranch(owner: number): Branch {
  return {
    kind: BRANCH,
    children: new Array<Node | null>(16).fill(null),
    value: null,
    reference: null,
    owner,
  }
}

function leaf(key: Uint8Array, value: Uint8Array, owner: number): Leaf {
  return { kind: LEAF, key, value, reference: null, owner }
}

function extension(key: Uint8Array, end: number, child: Branch, owner: number): Extension {
  return { kind: EXTENSION, key, end, child, reference: null, owner }
}
