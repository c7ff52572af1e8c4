/**
 * The final Beacon chain on disk: blocks, certificates, state and indexes, in one ordered store. One commit is one durable batch, so
 * a crash leaves either all of it or nothing. If the node has begun with a snapshot, the blocks before it aren't here, but for a few.
 */

import { type Block, readBlock } from '../consensus/block.ts'
import type { BlockSource, FinalBlock } from '../consensus/block-source.ts'
import type { Header } from '../consensus/header.ts'
import { type Certificate, readCertificate } from '../consensus/vote.ts'
import { defineError } from '../errors/beacon-error.ts'
import type { BatchOperation, KeyValueStore } from '../platform/ports.ts'
import { type Hex, toHex } from '../primitives/bytes.ts'
import { ByteReader, decodeExactly } from '../primitives/codec.ts'
import { type Epoch, type Height, height, type RollupId } from '../primitives/ids.ts'
import {
  blockKey,
  blockOperations,
  certificateKey,
  coverKey,
  coverOperations,
  digestKey,
  EVIDENCE_PREFIX,
  type FinalUpdate,
  FORMAT,
  FORMAT_KEY,
  finalHeaderKey,
  finalHeaderOperation,
  HEAD,
  headOperation,
  heightBytes,
  identityOperations,
  NETWORK,
  oldBlockOperations,
  operationsOf,
  type Position,
  put,
  readPosition,
  receiptKey,
  recordKey,
  SET_CHANGE_PREFIX,
  SNAPSHOT,
  STATE_PREFIX,
  setChangeOperation,
} from './chain-entries.ts'
import { terminalHeight } from './epochs.ts'
import type { StateKey } from './keys.ts'
import { decodeReceipt } from './receipt.ts'
import { readSetChange, type SetChange } from './set-changes.ts'
import { COVERED_HEADERS_MAX, type FinalHeader, readFinalHeader } from './snapshot/final-header.ts'
import type { Snapshot } from './snapshot/snapshot.ts'
import { type StateEntry, StateTrie } from './state-trie.ts'
import type { Receipt } from './transition/actions.ts'

export const FOREIGN_STORE = defineError<{ found: Hex; expected: Hex }>({
  code: 'B101',
  name: 'FOREIGN_STORE',
  kind: 'user',
  message: ({ found, expected }) => `the store belongs to the network ${found}, not to ${expected}`,
  hint: () => 'start the node with the genesis that its folder was made for, or remove the folder',
})

export const CORRUPT_STATE = defineError<{ height: number; found: Hex; expected: Hex }>({
  code: 'B102',
  name: 'CORRUPT_STATE',
  kind: 'environment',
  message: ({ height, found, expected }) =>
    `the stored state has the root ${found}, but block ${height} says ${expected}`,
  hint: () => 'the disk lost or changed data: remove the folder and sync anew',
})

export const STORE_OF_ANOTHER_VERSION = defineError<{ found: number }>({
  code: 'B105',
  name: 'STORE_OF_ANOTHER_VERSION',
  kind: 'user',
  message: ({ found }) =>
    `the store has format ${found}, and this version of beacon reads and writes format ${FORMAT}`,
  hint: () => 'go on with the version that made the network, or make it anew: `beacon devnet up --fresh`',
})

export class ChainStore {
  readonly #store: KeyValueStore

  constructor(store: KeyValueStore) {
    this.#store = store
  }

  /** The last final block of `network`; null in a new store. Throws FOREIGN_STORE or STORE_OF_ANOTHER_VERSION. */
  headOf(network: Hex): Block | null {
    const found = this.#store.get(NETWORK)
    if (found === undefined) return null
    if (toHex(found) !== network) throw FOREIGN_STORE({ found: toHex(found), expected: network })
    const format = this.#store.get(FORMAT_KEY)
    const version = format === undefined ? 1 : new ByteReader(format).u16()
    if (version !== FORMAT) throw STORE_OF_ANOTHER_VERSION({ found: version })
    return this.head()!
  }

  /** Null if the store is empty; throws FOREIGN_STORE if another network's, STORE_OF_ANOTHER_VERSION if this version can't read it. */
  async resume(network: Hex): Promise<{ head: Block; trie: StateTrie } | null> {
    const head = this.headOf(network)
    if (head === null) return null
    const entries: StateEntry[] = []
    for await (const [key, value] of this.#store.entries(STATE_PREFIX)) {
      entries.push([key.slice(STATE_PREFIX.length), value])
    }
    const trie = StateTrie.empty.with(entries)
    const expected = head.header.stateRoot
    if (trie.root !== expected) {
      throw CORRUPT_STATE({ height: head.header.height, found: trie.root, expected })
    }
    return { head, trie }
  }

  /** The last final block; null in a new store. */
  head(): Block | null {
    const bytes = this.#store.get(HEAD)
    return bytes === undefined ? null : this.blockAt(height(new ByteReader(bytes).u64()))
  }

  async initialize(network: Hex, block: Block, changes: readonly StateEntry[]): Promise<void> {
    const update: FinalUpdate = { block, changes, receipts: [], events: [], records: [], setChanges: [] }
    const operations = [...identityOperations(network), ...operationsOf(update), headOperation(block)]
    await this.#store.batch(operations, { sync: true })
  }

  /** Goes on from a snapshot, which has been checked, instead of from what is here: an empty store, or a chain that is far behind. */
  async adopt(network: Hex, genesis: Block, snapshot: Snapshot): Promise<void> {
    const { block, certificate, entries, changes, oldBlocks } = snapshot
    const at = block.header.height
    const names = new Set(entries.map(([name]) => name))
    const stale: BatchOperation[] = []
    for await (const name of this.stateNames()) {
      if (!names.has(name)) stale.push({ type: 'del', key: STATE_PREFIX + name })
    }
    const operations = [
      ...identityOperations(network),
      ...[genesis, block].flatMap(blockOperations),
      ...stale,
      ...entries.map(([name, value]) => put(STATE_PREFIX + name, value)),
      ...changes.flatMap(({ change, final }) => [setChangeOperation(change), finalHeaderOperation(final)]),
      ...oldBlocks.flatMap(oldBlockOperations),
      ...coverOperations([at], at, certificate),
      put(SNAPSHOT, heightBytes(at)),
      headOperation(block),
    ]
    await this.#store.batch(operations, { sync: true })
  }

  /** Null if the node has executed the chain from its beginning. */
  get snapshotHeight(): Height | null {
    const bytes = this.#store.get(SNAPSHOT)
    return bytes === undefined ? null : height(new ByteReader(bytes).u64())
  }

  /** Of the state's entries, in order, those above `after`. An entry is never removed, only changed. */
  async *stateNames(after: StateKey = '', limit?: number): AsyncIterable<StateKey> {
    const range = { after: STATE_PREFIX + after, ...(limit !== undefined && { limit }) }
    for await (const [key] of this.#store.entries(STATE_PREFIX, range)) yield key.slice(STATE_PREFIX.length)
  }

  /** `updates` ascend by height; `certificate` is of the last. Durable when the promise resolves. */
  async append(updates: readonly FinalUpdate[], certificate: Certificate): Promise<void> {
    const last = updates.at(-1)!.block
    const heights = updates.map(({ block }) => block.header.height)
    await this.#store.batch(
      [
        ...updates.flatMap(operationsOf),
        ...coverOperations(heights, last.header.height, certificate),
        headOperation(last),
      ],
      { sync: true },
    )
  }

  blockAt(at: Height): Block | null {
    const bytes = this.#store.get(blockKey(at))
    return bytes === undefined ? null : decodeExactly(bytes, readBlock)
  }

  blockByDigest(digest: Hex): Block | null {
    const bytes = this.#store.get(digestKey(digest))
    return bytes === undefined ? null : this.blockAt(height(new ByteReader(bytes).u64()))
  }

  /** The lowest block at or above `at` with an F certificate of its own. */
  certifiedFrom(at: Height): FinalBlock | null {
    const cover = this.#store.get(coverKey(at))
    if (cover === undefined) return null
    const certified = height(new ByteReader(cover).u64())
    const certificate = decodeExactly(this.#store.get(certificateKey(certified))!, readCertificate)
    return { block: this.blockAt(certified)!, certificate }
  }

  /** That the block at `at` is final, whether it is here or was only shown to be; null if nothing is known of it. */
  finalHeader(at: Height): FinalHeader | null {
    const covering = this.certifiedFrom(at)
    if (covering === null) {
      const kept = this.#store.get(finalHeaderKey(at))
      return kept === undefined ? null : decodeExactly(kept, readFinalHeader)
    }
    const { block, certificate } = covering
    if (block.header.height - at >= COVERED_HEADERS_MAX) return null
    const headers: Header[] = []
    for (let next: number = at; next <= block.header.height; next++) {
      headers.push(this.blockAt(height(next))!.header)
    }
    return { headers, certificate }
  }

  receipt(hash: Hex): (Position & { readonly receipt: Receipt }) | null {
    const bytes = this.#store.get(receiptKey(hash))
    if (bytes === undefined) return null
    const reader = new ByteReader(bytes)
    return { ...readPosition(reader), receipt: decodeReceipt(reader.raw(reader.remaining)) }
  }

  /** Where the record is that covers a rollup's block. */
  recordPosition(rollup: RollupId, at: Height): Position | null {
    const bytes = this.#store.get(recordKey(rollup, at))
    return bytes === undefined ? null : readPosition(new ByteReader(bytes))
  }

  /** The latest pieces of evidence, newest first. */
  async evidence(limit: number): Promise<Position[]> {
    const positions: Position[] = []
    for await (const [, value] of this.#store.entries(EVIDENCE_PREFIX, { reverse: true, limit })) {
      positions.push(readPosition(new ByteReader(value)))
    }
    return positions
  }

  /** In order, those from epoch `from` on. */
  async setChanges(from: Epoch, limit: number): Promise<SetChange[]> {
    const found: SetChange[] = []
    for await (const [, value] of this.#store.entries(SET_CHANGE_PREFIX, { reverse: true })) {
      const change = decodeExactly(value, readSetChange)
      if (change.epoch < from) break
      found.push(change)
    }
    return found.toReversed().slice(0, limit)
  }

  /** One instance's part of the chain, as its engine needs it. `head` is asked for at each call. */
  source(of: Epoch, epochLength: number, head: () => Height): BlockSource {
    const genesis = of * epochLength
    const last = terminalHeight(of, epochLength)
    const isInside = (at: Height) => at > genesis && at <= last
    return {
      head: async () => {
        const top = height(Math.min(head(), last))
        return isInside(top) ? this.certifiedFrom(top) : null
      },
      blockAt: async (at) => (isInside(at) ? this.blockAt(at) : null),
      certifiedFrom: async (at) => {
        const found = isInside(at) ? this.certifiedFrom(at) : null
        return found !== null && isInside(found.block.header.height) ? found : null
      },
    }
  }
}
