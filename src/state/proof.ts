/**
 * Checks Merkle-Patricia proofs as given by Trie.prove and eth_getProof. In: a trusted root and a stranger's nodes. Out: the value,
 * or null if the proof shows that there is none. It needs no trie and keeps nothing.
 */

import { equalBytes } from '../primitives/bytes.ts'
import { DecodeError } from '../primitives/codec.ts'
import { keccak256 } from '../primitives/hash.ts'
import { decodeRlp, type RlpItem, rlpBytes, rlpList } from '../primitives/rlp.ts'
import { EMPTY_ROOT } from './trie.ts'
import { nibbleAt } from './trie-node.ts'

/** Encoded nodes in a proof: a key of n bytes needs at most 2n + 1. */
export const PROOF_NODES_MAX = 129
/** Nodes carry values, which may be large (receipts); beyond this nobody makes them. */
const PROOF_NODE_BYTES_MAX = 1024 * 1024
/** A branch has 17 items; embedded nodes add a few. */
const NODE_ITEMS_MAX = 256

/** What a node says of a key: its value (null for none), or how to go on. */
type Step = { readonly value: Uint8Array | null } | { readonly next: RlpItem; readonly depth: number }

/**
 * The value of `key` in the trie with `root`, or null if `proof` shows that the key is absent. Throws DecodeError if `proof` shows
 * neither, or holds more nodes than needed.
 */
export function verifyProof(
  root: Uint8Array,
  key: Uint8Array,
  proof: readonly Uint8Array[],
): Uint8Array | null {
  if (proof.length > PROOF_NODES_MAX) throw new DecodeError(`a proof of more than ${PROOF_NODES_MAX} nodes`)
  if (proof.length === 0 && equalBytes(root, EMPTY_ROOT)) return null
  let used = 0
  const resolve = (hash: Uint8Array): readonly RlpItem[] => {
    const encoded = proof[used++]
    if (encoded === undefined) throw new DecodeError('the proof ends early')
    return openNode(encoded, hash)
  }
  let node = resolve(root)
  for (let depth = 0; ; ) {
    const step = follow(node, key, depth)
    if ('value' in step) {
      if (used !== proof.length) throw new DecodeError('the proof goes on after its end')
      return step.value
    }
    depth = step.depth
    node = step.next instanceof Uint8Array ? resolve(rlpBytes(step.next, 32)) : step.next
  }
}

function openNode(encoded: Uint8Array, hash: Uint8Array): readonly RlpItem[] {
  if (encoded.length > PROOF_NODE_BYTES_MAX) throw new DecodeError('a proof node is too large')
  if (!equalBytes(keccak256(encoded), hash))
    throw new DecodeError('a proof node has another hash than its parent says')
  return rlpList(decodeRlp(encoded, NODE_ITEMS_MAX))
}

function follow(node: readonly RlpItem[], key: Uint8Array, depth: number): Step {
  if (node.length === 17) return followBranch(node, key, depth)
  if (node.length !== 2) throw new DecodeError('a trie node has 2 or 17 items')
  const path = rlpBytes(node[0])
  const flags = (path[0] ?? 0xff) >> 4
  if (flags > 3) throw new DecodeError('malformed path in a trie node')
  const isLeaf = flags >= 2
  // Nibbles of the path begin behind the flag, and behind its padding if their number is even.
  const first = (flags & 1) === 1 ? 1 : 2
  const end = depth + path.length * 2 - first
  const matches = end <= key.length * 2 && pathMatches(path, first, key, depth)
  if (isLeaf) return { value: matches && end === key.length * 2 ? rlpBytes(node[1]) : null }
  if (end === depth) throw new DecodeError('an extension without a path')
  return matches ? { next: node[1]!, depth: end } : { value: null }
}

function followBranch(node: readonly RlpItem[], key: Uint8Array, depth: number): Step {
  if (depth === key.length * 2) return { value: presentOrNull(rlpBytes(node[16])) }
  const next = node[nibbleAt(key, depth)]!
  return next instanceof Uint8Array && next.length === 0 ? { value: null } : { next, depth: depth + 1 }
}

function pathMatches(path: Uint8Array, first: number, key: Uint8Array, depth: number): boolean {
  for (let i = first; i < path.length * 2; i++) {
    if (nibbleAt(path, i) !== nibbleAt(key, depth + i - first)) return false
  }
  return true
}

function presentOrNull(value: Uint8Array): Uint8Array | null {
  return value.length === 0 ? null : value
}
