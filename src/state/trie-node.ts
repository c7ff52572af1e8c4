/**
 * Nodes of a Merkle-Patricia trie and their encoding (Ethereum yellow paper, appendix D). A node doesn't know its depth: the way
 * to it does. Nodes keep whole keys instead of path fragments; the path of a leaf at depth d is its key from nibble d on. So moving
 * a node costs no copy, but its cached reference holds only for the depth where it was made.
 */

import { keccak256 } from '../primitives/hash.ts'
import {
  rlpHeaderLength,
  rlpStringLength,
  writeRlpListHeader,
  writeRlpString,
  writeRlpStringHeader,
} from '../primitives/rlp.ts'

export const LEAF = 0
export const EXTENSION = 1
export const BRANCH = 2

export interface Leaf {
  readonly kind: typeof LEAF
  readonly key: Uint8Array
  value: Uint8Array
  /** keccak256 of the encoding, or the encoding itself if shorter than 32 B; null until asked for. */
  reference: Uint8Array | null
  /** The update that made this node and may still change it in place. */
  readonly owner: number
}

export interface Extension {
  readonly kind: typeof EXTENSION
  /** Any key whose nibbles up to `end` are those of the keys below. */
  readonly key: Uint8Array
  /** Depth of `child`. */
  readonly end: number
  child: Branch
  reference: Uint8Array | null
  readonly owner: number
}

export interface Branch {
  readonly kind: typeof BRANCH
  /** By nibble. */
  readonly children: (Node | null)[]
  /** Of the key that ends here. */
  value: Uint8Array | null
  reference: Uint8Array | null
  readonly owner: number
}

export type Node = Leaf | Extension | Branch

/** Reused by every encoding that fits: a branch of 16 hashes takes 532 B. */
const scratch = new Uint8Array(2048)

export function nibbleAt(key: Uint8Array, depth: number): number {
  const byte = key[depth >> 1]!
  return (depth & 1) === 0 ? byte >> 4 : byte & 15
}

/** What a parent holds: a 32 B hash, or the whole encoding of a node that is shorter. */
export function referenceOf(node: Node, depth: number): Uint8Array {
  if (node.reference === null) {
    const encoded = encodeNode(node, depth)
    node.reference = encoded.length < 32 ? encoded.slice() : keccak256(encoded)
  }
  return node.reference
}

/** RLP of the node. The result is valid until the next call: copy what must stay. */
export function encodeNode(node: Node, depth: number): Uint8Array {
  if (node.kind === BRANCH) return encodeBranch(node, depth)
  if (node.kind === LEAF) return encodeLeaf(node, depth)
  const reference = referenceOf(node.child, node.end)
  const path = pathLength(node.end - depth)
  const payload = stringLength(path) + referenceLength(reference)
  const out = room(rlpHeaderLength(payload) + payload)
  const offset = writePath(out, writeRlpListHeader(out, 0, payload), node.key, depth, node.end, 0)
  writeReference(out, offset, reference)
  return out
}

function encodeLeaf(leaf: Leaf, depth: number): Uint8Array {
  const end = leaf.key.length * 2
  const path = pathLength(end - depth)
  const payload = stringLength(path) + rlpStringLength(leaf.value)
  const out = room(rlpHeaderLength(payload) + payload)
  const offset = writePath(out, writeRlpListHeader(out, 0, payload), leaf.key, depth, end, 0x20)
  writeRlpString(out, offset, leaf.value)
  return out
}

function encodeBranch(branch: Branch, depth: number): Uint8Array {
  let payload = branch.value === null ? 1 : rlpStringLength(branch.value)
  // All references first: computing one overwrites the scratch buffer.
  for (const child of branch.children) {
    payload += child === null ? 1 : referenceLength(referenceOf(child, depth + 1))
  }
  const out = room(rlpHeaderLength(payload) + payload)
  let offset = writeRlpListHeader(out, 0, payload)
  for (const child of branch.children) {
    if (child === null) out[offset++] = 0x80
    else offset = writeReference(out, offset, referenceOf(child, depth + 1))
  }
  if (branch.value === null) out[offset] = 0x80
  else writeRlpString(out, offset, branch.value)
  return out
}

function room(length: number): Uint8Array {
  return length <= scratch.length ? scratch.subarray(0, length) : new Uint8Array(length)
}

/** Bytes of a hex-prefix encoded path. */
function pathLength(nibbles: number): number {
  return (nibbles >> 1) + 1
}

/** Of a path: its first byte is always below 0x80, so a single one needs no header. */
function stringLength(length: number): number {
  return length === 1 ? 1 : rlpHeaderLength(length) + length
}

/** Hex-prefix encoding of the key's nibbles [from, to), as an RLP string; `flag` is 0x20 for a leaf. */
function writePath(
  out: Uint8Array,
  offset: number,
  key: Uint8Array,
  from: number,
  to: number,
  flag: number,
): number {
  const length = pathLength(to - from)
  let at = length === 1 ? offset : writeRlpStringHeader(out, offset, length)
  const isOdd = ((to - from) & 1) === 1
  out[at++] = isOdd ? flag | 0x10 | nibbleAt(key, from) : flag
  for (let depth = isOdd ? from + 1 : from; depth < to; depth += 2) {
    out[at++] = (depth & 1) === 0 ? key[depth >> 1]! : (nibbleAt(key, depth) << 4) | nibbleAt(key, depth + 1)
  }
  return at
}

function referenceLength(reference: Uint8Array): number {
  return reference.length === 32 ? 33 : reference.length
}

function writeReference(out: Uint8Array, offset: number, reference: Uint8Array): number {
  if (reference.length === 32) out[offset++] = 0xa0
  out.set(reference, offset)
  return offset + reference.length
}
