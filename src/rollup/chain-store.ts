/**
 * The final blocks of a rollup on disk, with their receipts, certificates and indexes. One batch appends blocks together with the state
 * that follows from them, so that after a crash the store is at one block, wholly.
 */

import { type Block, encodeBlock, readBlock } from '../consensus/block.ts'
import type { FinalBlock } from '../consensus/block-source.ts'
import { type Certificate, readCertificate, writeCertificate } from '../consensus/vote.ts'
import type { BatchOperation, KeyValueStore } from '../platform/ports.ts'
import type { Hex } from '../primitives/bytes.ts'
import { ByteWriter, decodeExactly } from '../primitives/codec.ts'
import { keccakHex } from '../primitives/hash.ts'
import { decodeBody } from './body.ts'
import { isInstructionBytes } from './dev/keyless.ts'
import { decodeUndo, encodeUndo } from './dev/undo.ts'
import type { SealedBlock } from './executor.ts'
import { decodeStoredReceipts, encodeStoredReceipts, type Receipt } from './receipt.ts'
import type { StateDiff } from './state/journal.ts'
import { stateOperations } from './state/state-store.ts'

const HEAD = 'chain/head'
const SYNCED = 'chain/synced'
const BLOCK = 'chain/block/'
const RECEIPTS = 'chain/receipts/'
const CERTIFICATE = 'chain/certificate/'
const CERTIFIED = 'chain/certified/'
const BY_HASH = 'chain/by-hash/'
const BY_TRANSACTION = 'chain/by-transaction/'
const UNDO = 'chain/undo/'
const UNDONE = 'chain/undone/'

/** Where a transaction is. */
export interface Location {
  readonly height: number
  readonly index: number
}

export interface AppendedBlock {
  readonly block: Block
  readonly sealed: Pick<SealedBlock, 'hash' | 'transactions' | 'receipts'>
  readonly diff: StateDiff
  /** Null unless it may have to be undone. */
  readonly undo: StateDiff | null
  /** Blocks above this one are undone by it; null: none. */
  readonly revertsTo: number | null
}

export class ChainStore {
  readonly #store: KeyValueStore

  constructor(store: KeyValueStore) {
    this.#store = store
  }

  /** Height of the last final block; null in a new store. */
  headHeight(): number | null {
    return this.#number(HEAD)
  }

  blockAt(height: number): Block | null {
    const bytes = this.#store.get(BLOCK + padded(height))
    return bytes === undefined ? null : decodeExactly(bytes, readBlock)
  }

  receiptsAt(height: number): Receipt[] | null {
    const bytes = this.#store.get(RECEIPTS + padded(height))
    return bytes === undefined ? null : decodeStoredReceipts(bytes)
  }

  /** Height of a final block by its Ethereum hash. */
  heightOf(hash: Hex): number | null {
    return this.#number(BY_HASH + hash)
  }

  locate(transaction: Hex): Location | null {
    const bytes = this.#store.get(BY_TRANSACTION + transaction)
    if (bytes === undefined) return null
    return decodeExactly(bytes, (reader) => ({ height: reader.u64(), index: reader.u32() }))
  }

  /** What undoes a final block; null if that isn't kept. */
  undoAt(height: number): StateDiff | null {
    const bytes = this.#store.get(UNDO + padded(height))
    return bytes === undefined ? null : decodeUndo(bytes)
  }

  /** Whether a later block has taken back what that one did. */
  isUndone(height: number): boolean {
    return this.#store.get(UNDONE + padded(height)) !== undefined
  }

  /** The lowest block at or above `height` with an F certificate of its own. Genesis has none. */
  certifiedFrom(height: number): FinalBlock | null {
    const certified = this.#number(CERTIFIED + padded(height))
    if (certified === null) return null
    const certificate = decodeExactly(this.#store.get(CERTIFICATE + padded(certified))!, readCertificate)
    return { block: this.blockAt(certified)!, certificate }
  }

  /** The first block, which nothing certifies. */
  async begin(genesis: AppendedBlock): Promise<void> {
    await this.#store.batch(appendOperations(genesis), { sync: true })
  }

  /** `blocks` are in height order; `certificate` is the F certificate of the last. Survives the process at once, the machine after `sync`. */
  async append(blocks: readonly AppendedBlock[], certificate: Certificate): Promise<void> {
    const last = blocks.at(-1)!.block.header.height
    const operations = blocks.flatMap((appended, index) => [
      ...this.#undoOperations(appended, blocks.slice(0, index)),
      ...appendOperations(appended),
    ])
    for (const { block } of blocks) {
      operations.push({ type: 'put', key: CERTIFIED + padded(block.header.height), value: u64(last) })
    }
    const encoded = writeCertificate(new ByteWriter(), certificate).finish()
    operations.push({ type: 'put', key: CERTIFICATE + padded(last), value: encoded })
    await this.#store.batch(operations)
  }

  /** Everything that was appended is durable when it resolves. */
  async sync(): Promise<void> {
    await this.#store.batch([{ type: 'put', key: SYNCED, value: u64(this.headHeight()!) }], { sync: true })
  }

  /** Transactions that a block undoes can come again, and so are in no block any more. */
  #undoOperations(
    { block, revertsTo }: AppendedBlock,
    justBefore: readonly AppendedBlock[],
  ): BatchOperation[] {
    const operations: BatchOperation[] = []
    if (revertsTo === null) return operations
    for (let height = revertsTo + 1; height < block.header.height; height++) {
      if (this.isUndone(height)) continue
      const undone =
        justBefore.find((one) => one.block.header.height === height)?.block ?? this.blockAt(height)!
      operations.push({ type: 'put', key: UNDONE + padded(height), value: u64(block.header.height) })
      for (const raw of decodeBody(undone.appBody)) {
        if (!isInstructionBytes(raw)) operations.push({ type: 'del', key: BY_TRANSACTION + keccakHex(raw) })
      }
    }
    return operations
  }

  #number(key: string): number | null {
    const bytes = this.#store.get(key)
    return bytes === undefined ? null : decodeExactly(bytes, (reader) => reader.u64())
  }
}

function appendOperations({ block, sealed, diff, undo }: AppendedBlock): BatchOperation[] {
  const { height } = block.header
  const key = padded(height)
  return [
    { type: 'put', key: HEAD, value: u64(height) },
    { type: 'put', key: BLOCK + key, value: encodeBlock(block) },
    { type: 'put', key: RECEIPTS + key, value: encodeStoredReceipts(sealed.receipts) },
    { type: 'put', key: BY_HASH + sealed.hash, value: u64(height) },
    ...sealed.transactions.map(
      ({ hash }, index): BatchOperation => ({
        type: 'put',
        key: BY_TRANSACTION + hash,
        value: new ByteWriter().u64(height).u32(index).finish(),
      }),
    ),
    ...(undo === null ? [] : [{ type: 'put', key: UNDO + key, value: encodeUndo(undo) } as const]),
    ...stateOperations(diff),
  ]
}

/** Decimal digits in key order. */
function padded(height: number): string {
  return String(height).padStart(16, '0')
}

function u64(value: number): Uint8Array {
  return new ByteWriter().u64(value).finish()
}
