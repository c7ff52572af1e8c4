/**
 * The state as an immutable Merkle-Patricia trie over keccak256 of the entries' names. A draft collects one block's writes; blocks
 * that compete for a height each keep a trie of their own, sharing what they didn't change.
 */

import { type Hex, toHex, utf8 } from '../primitives/bytes.ts'
import { keccak256 } from '../primitives/hash.ts'
import { Trie } from '../state/trie.ts'
import type { StateHost, StateReader } from './host.ts'
import type { StateKey } from './keys.ts'

export type StateEntry = readonly [key: StateKey, value: Uint8Array]

export class StateTrie implements StateReader {
  static readonly empty = new StateTrie(Trie.empty)

  readonly #trie: Trie

  private constructor(trie: Trie) {
    this.#trie = trie
  }

  get(key: StateKey): Uint8Array | undefined {
    return this.#trie.get(trieKey(key))
  }

  with(entries: Iterable<StateEntry>): StateTrie {
    const changes = Array.from(entries, ([key, value]) => [trieKey(key), value] as const)
    return new StateTrie(this.#trie.update(changes))
  }

  get root(): Hex {
    return toHex(this.#trie.root())
  }

  /** Nodes from the root to the entry, or to where it would be. */
  prove(key: StateKey): Uint8Array[] {
    return this.#trie.prove(trieKey(key))
  }
}

/** Writes on top of a state, which stays as it is. */
export class StateDraft implements StateHost {
  readonly #base: StateTrie
  readonly #changes = new Map<StateKey, Uint8Array>()

  constructor(base: StateTrie) {
    this.#base = base
  }

  get(key: StateKey): Uint8Array | undefined {
    return this.#changes.get(key) ?? this.#base.get(key)
  }

  set(key: StateKey, value: Uint8Array): void {
    this.#changes.set(key, value)
  }

  /** What was written. The trie doesn't depend on its order. */
  get changes(): readonly StateEntry[] {
    return [...this.#changes]
  }

  finish(): StateTrie {
    return this.#base.with(this.#changes)
  }
}

export function trieKey(key: StateKey): Uint8Array {
  return keccak256(utf8(key))
}
