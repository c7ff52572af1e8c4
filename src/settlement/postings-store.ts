/**
 * The watcher's memory between runs. One record for how far the L1 was read, one for each open posting, one for each rollup's last settled one:
 * what a poll writes doesn't grow with the challenge window.
 */

import type { BatchOperation, KeyValueStore } from '../platform/ports.ts'
import type { Hex } from '../primitives/bytes.ts'
import { type ByteReader, ByteWriter, DecodeError, decodeExactly } from '../primitives/codec.ts'
import { height, type RollupId, rollupId } from '../primitives/ids.ts'
import type { Posting } from './batch.ts'
import type { L1Point, OpenPosting, PostingsState, SettlementEvent } from './postings.ts'

export interface WatcherMemory {
  readonly rollups: ReadonlySet<RollupId>
  readonly postings: PostingsState
}

const ROLLUPS_MAX = 0xffff
const CHECKPOINTS_MAX = 0xffff

export class PostingsStore {
  readonly #store: KeyValueStore
  readonly #prefix: string

  constructor(store: KeyValueStore, inbox: Hex) {
    this.#store = store
    this.#prefix = `settlement/${inbox}/`
  }

  /** Null if nothing was saved yet. */
  async load(): Promise<WatcherMemory | null> {
    const cursor = this.#store.get(this.#cursorKey())
    if (cursor === undefined) return null
    const { rollups, checkpoints } = decodeExactly(cursor, readCursor)
    const open = await this.#values('open/', readOpenPosting)
    open.sort((a, b) => a.posting.l1Block - b.posting.l1Block)
    const settled = await this.#values('settled/', readPosting)
    return {
      rollups: new Set(rollups),
      postings: {
        checkpoints,
        open,
        settled: new Map(settled.map((posting) => [posting.rollup, posting])),
      },
    }
  }

  /** `events` led from what was saved last to `memory`. */
  async save(memory: WatcherMemory, events: readonly SettlementEvent[]): Promise<void> {
    const cursor = writeCursor(memory)
    await this.#store.batch([
      ...events.flatMap((event) => this.#operations(event)),
      { type: 'put', key: this.#cursorKey(), value: cursor },
    ])
  }

  #operations({ type, posting }: SettlementEvent): BatchOperation[] {
    const key = `${this.#prefix}open/${ordered(posting.rollup)}/${ordered(posting.batchIndex)}`
    if (type === 'posted' || type === 'final') {
      return [{ type: 'put', key, value: writeOpenPosting({ posting, rung: type }) }]
    }
    const removal: BatchOperation = { type: 'del', key }
    if (type !== 'settled') return [removal]
    const settledKey = `${this.#prefix}settled/${ordered(posting.rollup)}`
    const value = writePosting(new ByteWriter(), posting).finish()
    return [removal, { type: 'put', key: settledKey, value }]
  }

  #cursorKey(): string {
    return `${this.#prefix}cursor`
  }

  async #values<Value>(folder: string, read: (reader: ByteReader) => Value): Promise<Value[]> {
    const values: Value[] = []
    for await (const [, bytes] of this.#store.entries(this.#prefix + folder)) {
      values.push(decodeExactly(bytes, read))
    }
    return values
  }
}

/** Decimal of fixed width, so that keys sort as numbers do. */
function ordered(value: number): string {
  return String(value).padStart(16, '0')
}

function writeCursor({ rollups, postings }: WatcherMemory): Uint8Array {
  return new ByteWriter()
    .list([...rollups], (writer, rollup) => writer.u64(rollup))
    .list(postings.checkpoints, (writer, { number, hash }) => writer.u64(number).hex(hash, 32))
    .finish()
}

function readCursor(reader: ByteReader): { rollups: RollupId[]; checkpoints: L1Point[] } {
  const rollups = reader.list(ROLLUPS_MAX, (from) => rollupId(from.u64()))
  const checkpoints = reader.list(CHECKPOINTS_MAX, (from) => ({ number: from.u64(), hash: from.hex(32) }))
  if (checkpoints.length === 0) throw new DecodeError('a cursor without a checkpoint')
  return { rollups, checkpoints }
}

function writeOpenPosting({ posting, rung }: OpenPosting): Uint8Array {
  return writePosting(new ByteWriter().u8(rung === 'final' ? 1 : 0), posting).finish()
}

function readOpenPosting(reader: ByteReader): OpenPosting {
  const rung = reader.u8() === 1 ? 'final' : 'posted'
  return { rung, posting: readPosting(reader) }
}

function writePosting(writer: ByteWriter, posting: Posting): ByteWriter {
  return writer
    .u64(posting.rollup)
    .u64(posting.batchIndex)
    .u64(posting.firstHeight)
    .u64(posting.lastHeight)
    .hex(posting.lastDigest, 32)
    .hex(posting.stateRoot, 32)
    .hex(posting.dataHash, 32)
    .u64(posting.l1Block)
    .hex(posting.l1BlockHash, 32)
    .hex(posting.l1Transaction, 32)
}

function readPosting(reader: ByteReader): Posting {
  return {
    rollup: rollupId(reader.u64()),
    batchIndex: reader.u64(),
    firstHeight: height(reader.u64()),
    lastHeight: height(reader.u64()),
    lastDigest: reader.hex(32),
    stateRoot: reader.hex(32),
    dataHash: reader.hex(32),
    l1Block: reader.u64(),
    l1BlockHash: reader.hex(32),
    l1Transaction: reader.hex(32),
  }
}
