/**
 * Versions of a rollup's state: one for each block that isn't final yet, the final one, and those before it for as long as somebody
 * holds them. The final version is kept flat; every other is a layer of differences toward it: a pending version differs from its
 * parent by what its block changed, a superseded one from its successor by what that successor's block overwrote. So a read is a walk
 * of a few map look-ups, forks cost nothing, and history needs no copy.
 */

import { fromHex, type Hex, toHex } from '../../primitives/bytes.ts'
import { keccak256 } from '../../primitives/hash.ts'
import { encodeRlp } from '../../primitives/rlp.ts'
import { Trie, type TrieChange } from '../../state/trie.ts'
import { type Account, EMPTY_CODE_HASH, encodeAccount } from './account.ts'
import type { StateDiff } from './journal.ts'
import type { StateReader } from './reader.ts'

/** Code is content-addressed, so all versions share it. */
interface Flat {
  readonly accounts: Map<Hex, Account>
  readonly storage: Map<Hex, Map<Hex, Uint8Array>>
  readonly storageTries: Map<Hex, Trie>
  readonly code: Map<Hex, Uint8Array>
}

interface Layer {
  readonly accounts: ReadonlyMap<Hex, Account | null>
  readonly storage: ReadonlyMap<Hex, ReadonlyMap<Hex, Uint8Array>>
  readonly storageTries: ReadonlyMap<Hex, Trie>
}

export interface AccountProof {
  readonly account: Account | null
  readonly accountProof: readonly Uint8Array[]
  readonly storage: readonly { slot: Hex; value: Uint8Array; proof: readonly Uint8Array[] }[]
}

const ZERO = new Uint8Array(0)
const NO_LAYER: Layer = { accounts: new Map(), storage: new Map(), storageTries: new Map() }

export class StateVersion implements StateReader {
  readonly root: Hex
  readonly #accountsTrie: Trie
  readonly #flat: Flat
  #layer: Layer
  /** The version that the layer is relative to; null for the final version, which is the flat one. */
  #toward: StateVersion | null

  private constructor(flat: Flat, accountsTrie: Trie, layer: Layer, toward: StateVersion | null) {
    this.#flat = flat
    this.#accountsTrie = accountsTrie
    this.#layer = layer
    this.#toward = toward
    this.root = toHex(accountsTrie.root())
  }

  /** A state without accounts, to derive a genesis from, or what was loaded. */
  static empty(): StateVersion {
    const flat: Flat = { accounts: new Map(), storage: new Map(), storageTries: new Map(), code: new Map() }
    return new StateVersion(flat, Trie.empty, NO_LAYER, null)
  }

  account(address: Hex): Account | null {
    for (let version: StateVersion = this; version.#toward !== null; version = version.#toward) {
      const changed = version.#layer.accounts.get(address)
      if (changed !== undefined) return changed
    }
    return this.#flat.accounts.get(address) ?? null
  }

  storage(address: Hex, slot: Hex): Uint8Array {
    for (let version: StateVersion = this; version.#toward !== null; version = version.#toward) {
      const changed = version.#layer.storage.get(address)?.get(slot)
      if (changed !== undefined) return changed
    }
    return this.#flat.storage.get(address)?.get(slot) ?? ZERO
  }

  codeByHash(codeHash: Hex): Uint8Array {
    return codeHash === EMPTY_CODE_HASH ? ZERO : (this.#flat.code.get(codeHash) ?? ZERO)
  }

  /** The state after a block that changed `diff`; this one stays as it is. */
  derive(diff: StateDiff): StateVersion {
    for (const [hash, code] of diff.code) this.#flat.code.set(hash, code)
    const accounts = new Map(diff.accounts)
    const storageTries = new Map<Hex, Trie>()
    for (const [address, slots] of diff.storage) {
      const account = accounts.get(address) ?? this.account(address)
      if (account === null || accounts.get(address) === null) {
        if (this.#storageTrie(address) !== Trie.empty) storageTries.set(address, Trie.empty)
        continue
      }
      const trie = this.#storageTrie(address).update(storageChanges(slots))
      storageTries.set(address, trie)
      accounts.set(address, { ...account, storageRoot: toHex(trie.root()) })
    }
    const trie = this.#accountsTrie.update(accountChanges(accounts))
    return new StateVersion(this.#flat, trie, { accounts, storage: diff.storage, storageTries }, this)
  }

  /**
   * Makes this version the final one. Its parent must be the final version so far, which from now on is read through what it differs
   * in; siblings that stand on that parent stay right.
   */
  finalize(): void {
    const parent = this.#toward
    if (parent === null || parent.#toward !== null) {
      throw new Error('only a child of the final version can become final')
    }
    parent.#layer = this.#flatBelow(this.#layer)
    this.#applyToFlat(this.#layer)
    parent.#toward = this
    this.#toward = null
    this.#layer = NO_LAYER
  }

  prove(address: Hex, slots: readonly Hex[]): AccountProof {
    const trie = this.#storageTrie(address)
    return {
      account: this.account(address),
      accountProof: this.#accountsTrie.prove(keccak256(fromHex(address))),
      storage: slots.map((slot) => ({
        slot,
        value: this.storage(address, slot),
        proof: trie.prove(keccak256(fromHex(slot))),
      })),
    }
  }

  #storageTrie(address: Hex): Trie {
    for (let version: StateVersion = this; version.#toward !== null; version = version.#toward) {
      const changed = version.#layer.storageTries.get(address)
      if (changed !== undefined) return changed
    }
    return this.#flat.storageTries.get(address) ?? Trie.empty
  }

  /** What the flat state holds of everything that `layer` names. */
  #flatBelow(layer: Layer): Layer {
    const { accounts, storage, storageTries } = this.#flat
    return {
      accounts: new Map([...layer.accounts.keys()].map((key) => [key, accounts.get(key) ?? null])),
      storageTries: new Map(
        [...layer.storageTries.keys()].map((key) => [key, storageTries.get(key) ?? Trie.empty]),
      ),
      storage: new Map(
        [...layer.storage].map(([address, slots]) => {
          const below = storage.get(address)
          return [address, new Map([...slots.keys()].map((slot) => [slot, below?.get(slot) ?? ZERO]))]
        }),
      ),
    }
  }

  #applyToFlat(layer: Layer): void {
    const { accounts, storage, storageTries } = this.#flat
    for (const [address, account] of layer.accounts) setOrDelete(accounts, address, account)
    for (const [address, trie] of layer.storageTries) {
      setOrDelete(storageTries, address, trie === Trie.empty ? null : trie)
    }
    for (const [address, slots] of layer.storage) {
      const flatSlots = storage.get(address) ?? new Map<Hex, Uint8Array>()
      for (const [slot, value] of slots) setOrDelete(flatSlots, slot, value.length === 0 ? null : value)
      setOrDelete(storage, address, flatSlots.size === 0 ? null : flatSlots)
    }
  }
}

/** A version with the given contents as its only, final layer: how a stored state comes back. */
export function createState(diff: StateDiff): StateVersion {
  const state = StateVersion.empty().derive(diff)
  state.finalize()
  return state
}

function* storageChanges(slots: ReadonlyMap<Hex, Uint8Array>): Generator<TrieChange> {
  for (const [slot, value] of slots) {
    yield [keccak256(fromHex(slot)), value.length === 0 ? null : encodeRlp(value)]
  }
}

function* accountChanges(accounts: ReadonlyMap<Hex, Account | null>): Generator<TrieChange> {
  for (const [address, account] of accounts) {
    yield [keccak256(fromHex(address)), account === null ? null : encodeAccount(account)]
  }
}

function setOrDelete<Key, Value>(map: Map<Key, Value>, key: Key, value: Value | null): void {
  if (value === null) map.delete(key)
  else map.set(key, value)
}
