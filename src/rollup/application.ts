/**
 * A rollup behind the consensus engine's port: builds blocks from the pool, verifies blocks by executing them, commits final ones. In:
 * the engine's requests, transactions, facts about rungs. Out: durable blocks and state, and news of them to whoever listens. It votes
 * on nothing and sends nothing. How blocks are executed is in replica.ts.
 */

import type { Application, BuildRequest, Payload } from '../consensus/application.ts'
import type { Block } from '../consensus/block.ts'
import type { BlockSource } from '../consensus/block-source.ts'
import type { Certificate } from '../consensus/vote.ts'
import type { KeyValueStore, Timers } from '../platform/ports.ts'
import { type Hex, toHex } from '../primitives/bytes.ts'
import { DecodeError } from '../primitives/codec.ts'
import { keccak256 } from '../primitives/hash.ts'
import type { Height, Instance, RollupId } from '../primitives/ids.ts'
import type { RollupSpec } from '../primitives/rollup-spec.ts'
import { awaitHeight } from './beacon-view.ts'
import { baseFeeAfter } from './block-plan.ts'
import { createBlockSource } from './block-source.ts'
import { Chain, type ChainBlock } from './chain.ts'
import { instructionOf } from './dev/keyless.ts'
import { gasLimitOf } from './dev/settings.ts'
import type { SealedBlock } from './executor.ts'
import { createGenesis } from './genesis.ts'
import { ethereumHash } from './header.ts'
import { Heads } from './heads.ts'
import { Mempool, type MempoolLimits } from './mempool.ts'
import { type Refusal, refuse } from './refusal.ts'
import { Replica, type ReplicaPorts } from './replica.ts'
import { type BuildLimits, DEFAULT_BUILD_LIMITS } from './sequencer.ts'
import { decodeTransaction } from './transaction.ts'
import type { VmFactory } from './vm/factory.ts'
import type { Vm } from './vm/vm.ts'

export interface RollupOptions {
  readonly spec: RollupSpec
  readonly rollup: RollupId
  /** Unix ms of the Beacon block that drew the first committee. */
  readonly genesisTimeMs: number
  readonly mempoolLimits?: Partial<MempoolLimits>
  readonly buildLimits?: Partial<BuildLimits>
}

export interface RollupPorts extends ReplicaPorts {
  readonly store: KeyValueStore
  readonly timers: Timers
  readonly vms: VmFactory
}

export type Submission =
  | { readonly hash: Hex; readonly refusal: null }
  | { readonly hash: Hex | null; readonly refusal: Refusal }

export async function createRollupApplication(
  options: RollupOptions,
  ports: RollupPorts,
): Promise<RollupApplication> {
  const { spec, rollup, genesisTimeMs } = options
  const genesis = createGenesis(spec, rollup, genesisTimeMs)
  const chain = await Chain.open(ports.store, spec.chainId, genesis)
  return new RollupApplication(
    options,
    ports,
    chain,
    genesis.block,
    await ports.vms.create(spec.vm, spec.chainId),
  )
}

export class RollupApplication implements Application {
  readonly spec: RollupSpec
  readonly rollup: RollupId
  /** The parent of the first instance's first block. */
  readonly genesis: Block
  readonly chain: Chain
  readonly mempool: Mempool
  readonly heads: Heads
  readonly #ports: RollupPorts
  readonly #replica: Replica
  readonly #listeners = new Set<(blocks: readonly ChainBlock[]) => void>()
  /** The VM runs one block at a time: each job waits for the one before. */
  #lastJob: Promise<unknown> = Promise.resolve()

  constructor(options: RollupOptions, ports: RollupPorts, chain: Chain, genesis: Block, vm: Vm) {
    this.spec = options.spec
    this.rollup = options.rollup
    this.genesis = genesis
    this.chain = chain
    this.heads = new Heads({ soft: chain.head.header.number })
    this.mempool = new Mempool({
      state: () => chain.head.state,
      clock: ports.clock,
      gasLimit: () => gasLimitOf(chain.head.state) ?? options.spec.gasLimit,
      limits: options.mempoolLimits,
    })
    this.#ports = ports
    this.#replica = new Replica({
      chainId: options.spec.chainId,
      chain,
      mempool: this.mempool,
      vm,
      buildLimits: { ...DEFAULT_BUILD_LIMITS, ...options.buildLimits },
      ports,
    })
  }

  /** A signed transaction from a client or a peer; one that is known, pending or final, is answered with its hash. */
  submit(raw: Uint8Array): Submission {
    const hash = toHex(keccak256(raw))
    if (this.mempool.get(hash) !== null || this.chain.locate(hash) !== null) return { hash, refusal: null }
    try {
      const refusal = this.mempool.add(decodeTransaction(raw, this.spec.chainId))
      return refusal === null ? { hash, refusal } : { hash, refusal }
    } catch (cause) {
      if (!(cause instanceof DecodeError)) throw cause
      return { hash: null, refusal: refuse('malformed', cause.message) }
    }
  }

  /** Since when (Unix ms) a transaction waits that the next block on `parent`, or on the newest, could take; null if none does. */
  pendingSince(parent?: Block): number | null {
    const known = parent === undefined ? this.chain.tip : this.chain.parent(ethereumHash(parent.appHeader))
    const { state, header } = known ?? this.chain.head
    return this.mempool.pendingSince(state, baseFeeAfter({ header, state }))
  }

  /** Calls `listener` with blocks that have become final; the returned function ends that. */
  onFinal(listener: (blocks: readonly ChainBlock[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async build(request: BuildRequest): Promise<Payload | null> {
    await this.#awaitBeacon(request.parent.header.beaconRef.height)
    return await this.#inTurn(() => this.#build(request))
  }

  async verify(block: Block, parent: Block, certified = false): Promise<boolean> {
    if (!certified) await this.#awaitBeacon(block.header.beaconRef.height)
    return await this.#inTurn(() => this.#verify(block, parent, certified))
  }

  /**
   * Resolves when the blocks are durable here. They are announced a sync earlier: two thirds of the committee made them durable before
   * they signed.
   */
  async commit(blocks: readonly Block[], certificate: Certificate): Promise<void> {
    await this.#inTurn(() => this.#commit(blocks, certificate))
    await this.chain.store.sync()
  }

  /** For the consensus engine of `instance`, whose genesis is the final block at `genesis`. */
  blocksOf(instance: Instance, genesis: Height): BlockSource {
    return createBlockSource(this.chain.store, instance, genesis)
  }

  async #build(request: BuildRequest): Promise<Payload | null> {
    const payload = await this.#replica.build(request)
    if (payload !== null)
      this.heads.note('proposed', request.parent.header.height + 1, this.#ports.clock.now())
    return payload
  }

  async #verify(block: Block, parent: Block, certified: boolean): Promise<boolean> {
    const reason = await this.#replica.reasonAgainst(block, parent, certified)
    if (reason === null) return true
    const { digest, header } = block
    this.#ports.logger.warn({ digest, height: header.height, reason }, 'refused a block')
    return false
  }

  async #commit(blocks: readonly Block[], certificate: Certificate): Promise<void> {
    const fresh = blocks.filter(({ header }) => header.height > this.chain.head.header.number)
    if (fresh.length === 0) return
    const executed: { block: Block; sealed: SealedBlock }[] = []
    let parent = this.chain.head.block
    for (const block of fresh) {
      executed.push({ block, sealed: await this.#replica.executeCertified(block, parent) })
      parent = block
    }
    await this.chain.append(executed, certificate)
    this.#announce(executed)
  }

  #announce(executed: readonly { block: Block; sealed: SealedBlock }[]): void {
    const head = this.chain.head.header.number
    for (const { sealed } of executed) this.mempool.settle(touchedBy(sealed))
    for (const { sealed } of executed) for (const hash of droppedBy(sealed)) this.mempool.drop(hash)
    this.heads.climb('soft', head, this.#ports.clock.now())
    const final = executed.map(({ block }) => this.chain.blockAt(block.header.height)!)
    for (const listener of this.#listeners) listener(final)
  }

  /** Before a job's turn comes, so that nothing else is held up by it. */
  #awaitBeacon(height: number): Promise<void> {
    return awaitHeight(this.#ports.beacon, this.#ports.timers, height)
  }

  #inTurn<Result>(job: () => Promise<Result>): Promise<Result> {
    const result = this.#lastJob.then(job)
    this.#lastJob = result.catch(() => {})
    return result
  }
}

/** Transactions that somebody has had enough of. */
function droppedBy({ transactions }: SealedBlock): Hex[] {
  return transactions.flatMap((transaction) => {
    const instruction = instructionOf(transaction)
    return instruction?.name === 'dropTransaction' ? [instruction.values[0]] : []
  })
}

/** Senders of waiting transactions that a block may have made impossible: those whose nonce or balance it took. */
function touchedBy({ transactions, journal }: SealedBlock): Set<Hex> {
  return new Set([...transactions.map(({ from }) => from), ...journal.diff().accounts.keys()])
}
