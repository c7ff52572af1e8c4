/** That an entry stands in a Beacon state, shown to somebody who has nothing but the state's root. */

import { equalBytes } from '../primitives/bytes.ts'
import { ByteReader, DecodeError } from '../primitives/codec.ts'
import { verifyProof } from '../state/proof.ts'
import type { StateKey } from './keys.ts'
import { type StateTrie, trieKey } from './state-trie.ts'

/** An entry of the state and the trie nodes that lead to it. */
export interface StateProof {
  readonly key: StateKey
  readonly value: Uint8Array
  readonly nodes: readonly Uint8Array[]
}

/** Null if there is no such entry. */
export function createStateProof(trie: StateTrie, key: StateKey): StateProof | null {
  const value = trie.get(key)
  return value === undefined ? null : { key, value, nodes: trie.prove(key) }
}

/** What the proof shows to stand under `key`; null if it shows nothing. */
export function openProof<Value>(
  root: Uint8Array,
  key: StateKey,
  proof: StateProof,
  read: (reader: ByteReader) => Value,
): Value | null {
  try {
    const value = verifyProof(root, trieKey(key), proof.nodes)
    // What the caller reads afterwards is the value that stands in the proof.
    return value === null || !equalBytes(value, proof.value) ? null : read(new ByteReader(value))
  } catch (error) {
    if (error instanceof DecodeError) return null
    throw error
  }
}
