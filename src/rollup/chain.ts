/**
 * A rollup's blocks as this node knows them: the final chain, and the executed blocks above it that aren't final yet, forks included.
 * Blocks are known by their Ethereum hash, of which the execution is a function; several consensus blocks may share one.
 */

import type { Block } from '../consensus/block.ts'
import type { Certificate } from '../consensus/vote.ts'
import { defineError } from '../errors/beacon-error.ts'
import type { KeyValueStore } from '../platform/ports.ts'
import type { Hex } from '../primitives/bytes.ts'
import type { PastBlock } from './block-plan.ts'
import { decodeBody } from './body.ts'
import { type AppendedBlock, ChainStore, type Location } from './chain-store.ts'
import { instructionOf } from './dev/keyless.ts'
import { hasDevMethods } from './dev/settings.ts'
import { joinUndos, undoOf } from './dev/undo.ts'
import type { SealedBlock } from './executor.ts'
import type { Genesis } from './genesis.ts'
import { decodeEthereumHeader, type EthereumHeader, ethereumHash } from './header.ts'
import type { Receipt } from './receipt.ts'
import type { StateDiff } from './state/journal.ts'
import { loadState } from './state/state-store.ts'
import type { StateVersion } from './state/version.ts'
import { decodeTransaction, type Transaction } from './transaction.ts'

/** A final block with everything that it contains. */
export interface ChainBlock {
  readonly block: Block
  readonly header: EthereumHeader
  readonly hash: Hex
  readonly transactions: readonly Transaction[]
  readonly receipts: readonly Receipt[]
}

/** The final block that everything stands on. */
export interface ChainHead extends ChainBlock {
  readonly state: StateVersion
}

export const OTHER_ROLLUP_STORED = defineError<{ chainId: number }>({
  code: 'R002',
  name: 'OTHER_ROLLUP_STORED',
  kind: 'environment',
  message: ({ chainId }) => `the store opened for rollup ${chainId} holds a chain with another genesis`,
  hint: () =>
    'the folder is left over from another network: remove it, or start with `beacon devnet up --fresh`',
})

export const STATE_DAMAGED = defineError<{ chainId: number; height: number }>({
  code: 'R003',
  name: 'STATE_DAMAGED',
  kind: 'environment',
  message: ({ chainId, height }) => `the stored state of rollup ${chainId} isn't that of its block ${height}`,
  hint: () =>
    "stop the node and remove `chain`, and nothing else, in this rollup's folder: the seat fetches it anew from the others",
})

const NEVER_UNDONE = { undo: null, revertsTo: null }
/** Versions of state that stay readable behind the head. */
export const STATE_HISTORY_BLOCKS = 256
/** Decoded blocks kept in memory. */
const CACHED_BLOCKS = 512

export class Chain {
  readonly store: ChainStore
  readonly #chainId: number
  /** Executed, above the head; by Ethereum hash. */
  readonly #pending = new Map<Hex, SealedBlock>()
  readonly #states = new Map<number, StateVersion>()
  readonly #cache = new Map<number, ChainBlock>()
  #head: ChainHead
  /** The block last added above the head, if any. */
  #tip: SealedBlock | null = null

  private constructor(store: ChainStore, chainId: number, head: ChainBlock, state: StateVersion) {
    this.store = store
    this.#chainId = chainId
    this.#head = { ...head, state }
    this.#states.set(head.header.number, state)
  }

  /** Where the store left off, or at `genesis` if it is new. */
  static async open(store: KeyValueStore, chainId: number, genesis: Genesis): Promise<Chain> {
    const blocks = new ChainStore(store)
    const height = blocks.headHeight()
    if (height !== null && blocks.blockAt(0)?.digest !== genesis.block.digest)
      throw OTHER_ROLLUP_STORED({ chainId })
    if (height !== null) {
      const head = readBlock(blocks, height, chainId)!
      return new Chain(blocks, chainId, head, await loadStateOf(head.header, store, chainId))
    }
    const first = { ...genesis, transactions: [], receipts: [] }
    await blocks.begin({ block: genesis.block, sealed: first, diff: genesis.journal.diff(), ...NEVER_UNDONE })
    return new Chain(blocks, chainId, first, genesis.state)
  }

  get head(): ChainHead {
    return this.#head
  }

  /** The newest executed block above the head; null if there is none. */
  get tip(): SealedBlock | null {
    return this.#tip
  }

  /** An executed block that isn't final. */
  pending(hash: Hex): SealedBlock | null {
    return this.#pending.get(hash) ?? null
  }

  /** What a block that names `hash` as its parent is executed on: an executed block, or the head; null for any other. */
  parent(hash: Hex): { header: EthereumHeader; hash: Hex; state: StateVersion } | null {
    return hash === this.#head.hash ? this.#head : this.pending(hash)
  }

  /** The block of that number below, or at, the executed block `hash`; null if there is none, or it can't come back. */
  pastOf(hash: Hex, number: number): PastBlock | null {
    const undos: StateDiff[] = []
    let block = this.parent(hash)
    for (let above = this.pending(hash); above !== null && above.header.number > number; ) {
      block = this.parent(above.header.parentHash)!
      undos.push(undoOf(above.journal.diff(), block.state))
      above = this.pending(block.hash)
    }
    if (block === null || number > block.header.number) return null
    for (let height = block.header.number; height > number; height--) {
      const undo = this.store.undoAt(height)
      if (undo === null) return null
      undos.push(undo)
    }
    const header = number === block.header.number ? block.header : this.blockAt(number)!.header
    return { timestamp: header.timestamp, undo: joinUndos(undos) }
  }

  add(sealed: SealedBlock): void {
    this.#pending.set(sealed.hash, sealed)
    this.#tip = sealed
  }

  /** Transactions of the executed blocks from `hash` down to the head. */
  transactionsAbove(hash: Hex): Set<Hex> {
    const hashes = new Set<Hex>()
    for (let block = this.pending(hash); block !== null; block = this.pending(block.header.parentHash)) {
      for (const transaction of block.transactions) hashes.add(transaction.hash)
    }
    return hashes
  }

  /** Makes `blocks`, children of the head one after another, final; drops what can't become final any more. */
  async append(
    blocks: readonly { block: Block; sealed: SealedBlock }[],
    certificate: Certificate,
  ): Promise<void> {
    await this.store.append(
      blocks.map(({ block, sealed }) => ({
        block,
        sealed,
        diff: sealed.journal.diff(),
        ...this.#undoing(sealed),
      })),
      certificate,
    )
    for (const { block, sealed } of blocks) {
      sealed.state.finalize()
      const { header, hash, transactions, receipts, state } = sealed
      this.#head = { block, header, hash, transactions, receipts, state }
      this.#remember(this.#head)
      this.#states.set(header.number, state)
      this.#states.delete(header.number - STATE_HISTORY_BLOCKS)
    }
    this.#prune()
  }

  /** A final block. */
  blockAt(height: number): ChainBlock | null {
    if (height === this.#head.header.number) return this.#head
    const cached = this.#cache.get(height)
    if (cached !== undefined) return cached
    const block = readBlock(this.store, height, this.#chainId)
    if (block !== null) this.#remember(block)
    return block
  }

  /** State after a final block; null if it is no longer kept. */
  stateAt(height: number): StateVersion | null {
    return this.#states.get(height) ?? null
  }

  /** Of a final transaction. */
  locate(transaction: Hex): Location | null {
    return this.store.locate(transaction)
  }

  /** What of a block is kept because of dev instructions. Its parent is executed here. */
  #undoing(sealed: SealedBlock): Pick<AppendedBlock, 'undo' | 'revertsTo'> {
    if (!hasDevMethods(sealed.state)) return NEVER_UNDONE
    const first = sealed.transactions[0]
    const instruction = first === undefined ? null : instructionOf(first)
    const isReverting = instruction?.name === 'revertTo' && sealed.receipts[0]!.succeeded
    return {
      undo: undoOf(sealed.journal.diff(), this.parent(sealed.header.parentHash)!.state),
      revertsTo: isReverting ? Number(instruction.values[0]) : null,
    }
  }

  #remember({ block, header, hash, transactions, receipts }: ChainBlock): void {
    this.#cache.set(header.number, { block, header, hash, transactions, receipts })
    if (this.#cache.size > CACHED_BLOCKS) this.#cache.delete(this.#cache.keys().next().value!)
  }

  /** Keeps the descendants of the head only. */
  #prune(): void {
    const ascending = [...this.#pending.values()].sort((a, b) => a.header.number - b.header.number)
    for (const { hash, header } of ascending) {
      if (this.parent(header.parentHash) === null || hash === this.#head.hash) this.#pending.delete(hash)
    }
    this.#tip = [...this.#pending.values()].at(-1) ?? null
  }
}

/** A seat mustn't vote on what it computes from a state that nobody has agreed on. Costs nothing: the root is known once it is loaded. */
async function loadStateOf(
  { number, stateRoot }: EthereumHeader,
  store: KeyValueStore,
  chainId: number,
): Promise<StateVersion> {
  const state = await loadState(store)
  if (state.root !== stateRoot) throw STATE_DAMAGED({ chainId, height: number })
  return state
}

function readBlock(store: ChainStore, height: number, chainId: number): ChainBlock | null {
  const block = store.blockAt(height)
  if (block === null) return null
  return {
    block,
    header: decodeEthereumHeader(block.appHeader),
    hash: ethereumHash(block.appHeader),
    transactions: decodeBody(block.appBody).map((raw) => decodeTransaction(raw, chainId)),
    receipts: store.receiptsAt(height) ?? [],
  }
}
