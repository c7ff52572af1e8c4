/**
 * The final Beacon chain on disk: blocks, certificates, state and indexes, in one ordered store. One commit is one durable batch, so
 * a crash leaves either all of it or nothing.
 */

import { type Block, encodeBlock, readBlock } from '../consensus/block.ts'
import type { BlockSource, FinalBlock } from '../consensus/block-source.ts'
import { type Certificate, readCertificate, writeCertificate } from '../consensus/vote.ts'
import { defineError } from '../errors/beacon-error.ts'
import type { BatchOperation, KeyValueStore } from '../platform/ports.ts'
import { type Hex, toHex } from '../primitives/bytes.ts'
import { ByteReader, ByteWriter, decodeExactly } from '../primitives/codec.ts'
import { type Epoch, type Height, height, type RollupId } from '../primitives/ids.ts'
import { terminalHeight } from './epochs.ts'
import { decodeReceipt, encodeReceipt } from './receipt.ts'
import { readSetChange, type SetChange, writeSetChange } from './set-changes.ts'
import { type StateEntry, StateTrie } from './state-trie.ts'
import type { Receipt } from './transition/actions.ts'
import type { BeaconEvent } from './transition/events.ts'

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

/** A final block and everything that is kept with it. */
export interface FinalUpdate {
  readonly block: Block
  readonly changes: readonly StateEntry[]
  readonly receipts: readonly Receipt[]
  readonly events: readonly BeaconEvent[]
  /** Records in the order of the body: which rollup heights each covers. */
  readonly records: readonly { readonly rollup: RollupId; readonly from: Height; readonly to: Height }[]
  readonly setChanges: readonly SetChange[]
}

/** Where an item is in the chain. */
export interface Position {
  readonly height: Height
  readonly index: number
}

/** Raised when entries of the state, or of this store, change their encoding. 2: validators can be slashed. 3: complete staking. 4: the
 * runtime's code, rollups' lifetimes. */
const FORMAT = 4

const NETWORK = 'network'
const FORMAT_KEY = 'format'
const HEAD = 'head'
export const STATE_PREFIX = 'state/'
const EVIDENCE_PREFIX = 'evidence/'
const SET_CHANGE_PREFIX = 'set-change/'
const blockKey = (at: number) => `block/${padded(at)}`
const digestKey = (digest: Hex) => `digest/${digest}`
/** Height of the lowest block at or above `at` that has a certificate of its own. */
const coverKey = (at: number) => `cover/${padded(at)}`
const certificateKey = (at: number) => `certificate/${padded(at)}`
const receiptKey = (hash: Hex) => `receipt/${hash}`
const recordKey = (rollup: RollupId, at: number) => `record/${rollup}/${padded(at)}`

export class ChainStore {
  readonly #store: KeyValueStore

  constructor(store: KeyValueStore) {
    this.#store = store
  }

  /** Null if the store is empty; throws FOREIGN_STORE if another network's, STORE_OF_ANOTHER_VERSION if this version can't read it. */
  async resume(network: Hex): Promise<{ head: Block; trie: StateTrie } | null> {
    const found = this.#store.get(NETWORK)
    if (found === undefined) return null
    if (toHex(found) !== network) throw FOREIGN_STORE({ found: toHex(found), expected: network })
    const format = this.#store.get(FORMAT_KEY)
    const version = format === undefined ? 1 : new ByteReader(format).u16()
    if (version !== FORMAT) throw STORE_OF_ANOTHER_VERSION({ found: version })
    const head = this.head()!
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
    const identity = [
      put(NETWORK, new ByteWriter().hex(network, 32).finish()),
      put(FORMAT_KEY, new ByteWriter().u16(FORMAT).finish()),
    ]
    await this.#store.batch([...identity, ...operationsOf(update), headOperation(block)], { sync: true })
  }

  /** `updates` ascend by height; `certificate` is of the last. Durable when the promise resolves. */
  async append(updates: readonly FinalUpdate[], certificate: Certificate): Promise<void> {
    const last = updates.at(-1)!.block
    const to = new ByteWriter().u64(last.header.height).finish()
    await this.#store.batch(
      [
        ...updates.flatMap(operationsOf),
        ...updates.map(({ block }) => put(coverKey(block.header.height), to)),
        put(certificateKey(last.header.height), writeCertificate(new ByteWriter(), certificate).finish()),
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

function operationsOf({
  block,
  changes,
  receipts,
  events,
  records,
  setChanges,
}: FinalUpdate): BatchOperation[] {
  const at = block.header.height
  const evidence = events.filter(({ type }) => type === 'evidence')
  return [
    put(blockKey(at), encodeBlock(block)),
    put(digestKey(block.digest), new ByteWriter().u64(at).finish()),
    ...changes.map(([key, value]) => put(STATE_PREFIX + key, value)),
    ...receipts.map((receipt, index) =>
      put(
        receiptKey(receipt.hash),
        writePosition({ height: at, index }).raw(encodeReceipt(receipt)).finish(),
      ),
    ),
    ...records.flatMap(({ rollup, from, to }, index) => {
      const position = writePosition({ height: at, index }).finish()
      return Array.from({ length: to - from + 1 }, (_, i) => put(recordKey(rollup, from + i), position))
    }),
    ...evidence.map((_, index) =>
      put(`${EVIDENCE_PREFIX}${padded(at)}/${padded(index)}`, writePosition({ height: at, index }).finish()),
    ),
    ...setChanges.map((change) =>
      put(SET_CHANGE_PREFIX + padded(change.epoch), writeSetChange(new ByteWriter(), change).finish()),
    ),
  ]
}

function headOperation(block: Block): BatchOperation {
  return put(HEAD, new ByteWriter().u64(block.header.height).finish())
}

function put(key: string, value: Uint8Array): BatchOperation {
  return { type: 'put', key, value }
}

function writePosition({ height: at, index }: Position): ByteWriter {
  return new ByteWriter().u64(at).u32(index)
}

function readPosition(reader: ByteReader): Position {
  return { height: height(reader.u64()), index: reader.u32() }
}

/** So that the order of keys is the order of numbers. */
function padded(value: number): string {
  return value.toString().padStart(16, '0')
}
