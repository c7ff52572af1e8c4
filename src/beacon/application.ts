/**
 * The Beacon Layer behind consensus: builds blocks from the pool, re-executes those of others before this validator votes, and makes
 * final ones durable in one batch each. It owns the final state and tells listeners what became final; it reads no clock.
 */

import type { Application, BuildRequest, Payload } from '../consensus/application.ts'
import type { Block } from '../consensus/block.ts'
import type { BlockSource } from '../consensus/block-source.ts'
import type { Committee } from '../consensus/committee.ts'
import type { Certificate } from '../consensus/vote.ts'
import { defineError } from '../errors/beacon-error.ts'
import type { KeyValueStore } from '../platform/ports.ts'
import type { Hex } from '../primitives/bytes.ts'
import type { Network } from '../primitives/forks.ts'
import { type Epoch, type Height, height, type Instance } from '../primitives/ids.ts'
import type { VoteSigner } from '../primitives/signatures.ts'
import type { FinalUpdate, Position } from './chain-entries.ts'
import { ChainStore } from './chain-store.ts'
import { committeeOf } from './committees.ts'
import { epochOf } from './epochs.ts'
import { composePayload, type Execution, executeBlock } from './execution.ts'
import { Executions, nameOf, nameOfBlock } from './executions.ts'
import { type BeaconGenesis, checkGenesis, INVALID_GENESIS, networkOf } from './genesis.ts'
import { computeGenesisState } from './genesis-state.ts'
import type { BeaconParams } from './params.ts'
import { encodeItems } from './payload.ts'
import { isTerminal, isWellPlaced } from './placement.ts'
import { BeaconPool } from './pool.ts'
import { type LoadRuntime, RuntimeFailure } from './runtime/runtime.ts'
import { Runtimes } from './runtime/runtimes.ts'
import { proveSetChange } from './set-changes.ts'
import { BeaconStateView } from './state.ts'
import type { StateTrie } from './state-trie.ts'
import type { Receipt } from './transition/actions.ts'
import type { BeaconEvent } from './transition/events.ts'
import type { Cryptography, ExecutionMeans } from './upgrade/execute.ts'

export const UNEXECUTABLE_FINAL_BLOCK = defineError<{ height: number; digest: Hex }>({
  code: 'B104',
  name: 'UNEXECUTABLE_FINAL_BLOCK',
  kind: 'bug',
  message: ({ height, digest }) => `the final block ${height} (${digest}) is invalid on this node's state`,
  hint: () =>
    'please report it together with the folder of this node; two thirds of the validators executed this block',
})

export interface BeaconApplicationOptions extends Cryptography {
  readonly loadRuntime: LoadRuntime
  readonly genesis: BeaconGenesis
  readonly store: KeyValueStore
  /** This validator's vote key, for its reveals; null for a node that only follows. */
  readonly signer: VoteSigner | null
}

/** A block that became final, in height order; told after it is durable. */
export interface FinalBeaconBlock {
  readonly block: Block
  /** Of this block or of a descendant in the same commit. */
  readonly certificate: Certificate
  readonly receipts: readonly Receipt[]
  readonly events: readonly BeaconEvent[]
}

/** States of so many final blocks are kept for proofs. */
const STATES_KEPT = 128
/** And those after the last blocks of so many epochs, for nodes that begin with one. */
const TERMINAL_STATES_KEPT = 2

/** Starts from the store, or from the genesis if the store is empty. */
export async function createBeaconApplication(options: BeaconApplicationOptions): Promise<BeaconApplication> {
  const { genesis, signatures } = options
  const fault = checkGenesis(genesis, signatures)
  if (fault !== null) throw INVALID_GENESIS(fault)
  const network = networkOf(genesis)
  const chain = new ChainStore(options.store)
  const start = computeGenesisState(genesis)
  const resumed = await chain.resume(network.genesisHash)
  if (resumed === null) await chain.initialize(network.genesisHash, start.block, start.draft.changes)
  const final = resumed ?? { head: start.block, trie: start.draft.finish() }
  const runtimes = new Runtimes(options.loadRuntime)
  await loadPresent(runtimes, new BeaconStateView(final.trie))
  return new BeaconApplication(network, genesis.params, start.block, chain, final, { ...options, runtimes })
}

/** Now rather than while a block waits. */
async function loadPresent(runtimes: Runtimes, state: BeaconStateView): Promise<void> {
  try {
    await runtimes.of(state.runtime(), state)
  } catch (cause) {
    throw cause instanceof RuntimeFailure ? INVALID_GENESIS({ reason: 'NOT_A_RUNTIME' }) : cause
  }
}

export class BeaconApplication implements Application {
  readonly network: Network
  readonly params: BeaconParams
  readonly genesisBlock: Block
  readonly chain: ChainStore
  readonly pool: BeaconPool
  readonly #means: ExecutionMeans
  readonly #signer: VoteSigner | null
  readonly #executions = new Executions()
  /** By height, the head's among them. */
  readonly #states = new Map<number, StateTrie>()
  readonly #listeners = new Set<(final: FinalBeaconBlock) => void>()
  #head: Block
  #commits: Promise<void> = Promise.resolve()

  constructor(
    network: Network,
    params: BeaconParams,
    genesisBlock: Block,
    chain: ChainStore,
    final: { head: Block; trie: StateTrie },
    { signatures, recoverAddress, runtimes, signer }: ExecutionMeans & { signer: VoteSigner | null },
  ) {
    this.network = network
    this.params = params
    this.genesisBlock = genesisBlock
    this.chain = chain
    this.#means = { signatures, recoverAddress, runtimes }
    this.#signer = signer
    this.#head = final.head
    this.#states.set(final.head.header.height, final.trie)
    this.pool = new BeaconPool(network, this.#means, () => this.state)
  }

  /** The last final block. */
  get head(): Block {
    return this.#head
  }

  /** Of the next block: one more than the head's once the head is terminal. */
  get epoch(): Epoch {
    return this.epochOf(height(this.#head.header.height + 1))
  }

  /** After the last final block. */
  get state(): BeaconStateView {
    return new BeaconStateView(this.#finalTrie)
  }

  /** Of an action of a final block. Null until {@link state} has what was done: the disk has the block a moment earlier. */
  receipt(hash: Hex): (Position & { readonly receipt: Receipt }) | null {
    const found = this.chain.receipt(hash)
    return found !== null && found.height <= this.#head.header.height ? found : null
  }

  /** After one of the last {@link STATES_KEPT} final blocks, or the end of one of the last {@link TERMINAL_STATES_KEPT} epochs; else null. */
  trieAt(at: Height): StateTrie | null {
    return this.#states.get(at) ?? null
  }

  epochOf(at: Height): Epoch {
    return epochOf(at, this.params.epochLength)
  }

  /** The instance's voters, known an epoch ahead; null if there are none (yet). */
  committee(instance: Instance): Committee | null {
    return committeeOf(this.state, this.network, instance)
  }

  /** Known two epochs ahead; null before. */
  seed(epoch: Epoch): Hex | null {
    return this.state.seed(epoch)
  }

  /** The block that the Beacon Layer's instance of `epoch` starts from, once it is final. */
  startOf(epoch: Epoch): Block | null {
    const at = epoch * this.params.epochLength
    return at === 0 ? this.genesisBlock : this.chain.blockAt(height(at))
  }

  /** Whether `block` ends the Beacon Layer's instance. */
  isTerminal(block: Block): boolean {
    return isTerminal(block, this.params.epochLength)
  }

  /** The last block of the last epoch whose state is held here; null while there is none, as after a start in an epoch's midst. */
  get lastTerminal(): { readonly block: Block; readonly certificate: Certificate } | null {
    const head = this.#head.header.height
    const at = height(head - (head % this.params.epochLength))
    const certified = at > 0 && this.#states.has(at) ? this.chain.certifiedFrom(at) : null
    return certified?.block.header.height === at ? certified : null
  }

  /**
   * Not for a while after the node has begun with a snapshot: whoever lost its store lost the log of what it had signed too, and may have signed
   * in the epoch under way or, if that was about to end, in the next.
   */
  mayVoteIn(epoch: Epoch): boolean {
    const { snapshotHeight } = this.chain
    return snapshotHeight === null || epoch > this.epochOf(height(snapshotHeight + 1)) + 1
  }

  /** The part of the final chain that the Beacon Layer's instance of `epoch` made. */
  blockSource(epoch: Epoch): BlockSource {
    return this.chain.source(epoch, this.params.epochLength, () => this.#head.header.height)
  }

  /** Returns what ends the subscription. */
  subscribe(listener: (final: FinalBeaconBlock) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async build({ parent, view, proposer, signed }: BuildRequest): Promise<Payload | null> {
    const base = this.#trieAfter(parent)
    if (base === null || this.#signer === null) return null
    const position = {
      network: this.network,
      height: height(parent.header.height + 1),
      view,
      parent: parent.digest,
      proposer,
    }
    const attendance = signed === null ? [] : [signed]
    const candidates = encodeItems({ attendance, ...this.pool.select(new BeaconStateView(base)) })
    const composed = await composePayload(base, position, candidates, this.#signer, this.#means)
    if (composed === null) return null
    this.#executions.add(nameOf(parent.digest, view, proposer, composed.payload), composed.execution)
    return composed.payload
  }

  async verify(block: Block, parent: Block): Promise<boolean> {
    if (!isWellPlaced(block, parent, this.params.epochLength)) return false
    if (block.header.height <= this.#head.header.height) return this.#isFinal(block)
    const known = this.#executions.get(nameOfBlock(block))
    if (known !== undefined) return known.trie.root === block.header.stateRoot
    const base = this.#trieAfter(parent)
    return base !== null && (await this.#execute(block, base)) !== null
  }

  /** One after the other, whoever calls. */
  commit(blocks: readonly Block[], certificate: Certificate): Promise<void> {
    const commit = this.#commits.then(() => this.#commit(blocks, certificate))
    this.#commits = commit.catch(() => {})
    return commit
  }

  async #commit(blocks: readonly Block[], certificate: Certificate): Promise<void> {
    const fresh = blocks.filter(({ header }) => header.height > this.#head.header.height)
    if (fresh.length === 0) return
    const executions = await this.#executeAll(fresh)
    await this.chain.append(
      fresh.map((block, i) => toUpdate(block, executions[i]!)),
      certificate,
    )
    for (const [i, block] of fresh.entries()) this.#adopt(block, executions[i]!)
    this.pool.prune(this.epoch)
    const proposal = this.state.proposal()
    if (proposal !== null) this.#means.runtimes.prepare(proposal.code, this.state)
    for (const [i, block] of fresh.entries()) {
      const { receipts, events } = executions[i]!
      for (const listener of this.#listeners) listener({ block, certificate, receipts, events })
    }
  }

  get #finalTrie(): StateTrie {
    return this.#states.get(this.#head.header.height)!
  }

  #isFinal(block: Block): boolean {
    const final = this.chain.blockAt(block.header.height)
    return final !== null && nameOfBlock(final) === nameOfBlock(block)
  }

  /** Null if the parent isn't known, or lost to another block. */
  #trieAfter(parent: Block): StateTrie | null {
    if (parent.digest === this.#head.digest) return this.#finalTrie
    return this.#executions.get(nameOfBlock(parent))?.trie ?? null
  }

  async #execute(block: Block, base: StateTrie): Promise<Execution | null> {
    const execution = await executeBlock(block, base, this.network, this.#means)
    if (execution !== null) this.#executions.add(nameOfBlock(block), execution)
    return execution
  }

  /** Executed before, unless the node was restarted in between. */
  async #executeAll(blocks: readonly Block[]): Promise<Execution[]> {
    const executions: Execution[] = []
    for (const block of blocks) {
      const base = executions.at(-1)?.trie ?? this.#finalTrie
      const execution = this.#executions.get(nameOfBlock(block)) ?? (await this.#execute(block, base))
      if (execution === null) {
        throw UNEXECUTABLE_FINAL_BLOCK({ height: block.header.height, digest: block.digest })
      }
      executions.push(execution)
    }
    return executions
  }

  #adopt(block: Block, { trie }: Execution): void {
    const at = block.header.height
    this.#head = block
    this.#states.set(at, trie)
    this.#forgetStates(at)
    this.#executions.prune(at)
  }

  #forgetStates(head: Height): void {
    const { epochLength } = this.params
    const terminal = head - (head % epochLength) - (TERMINAL_STATES_KEPT - 1) * epochLength
    for (const at of this.#states.keys()) {
      const isTerminal = at % epochLength === 0 && at >= terminal
      if (at <= head - STATES_KEPT && !isTerminal) this.#states.delete(at)
    }
  }
}

function toUpdate(block: Block, { changes, receipts, events, trie }: Execution): FinalUpdate {
  const records = events
    .filter((event) => event.type === 'recorded')
    .map(({ rollup, from, head }) => ({ rollup, from, to: head.height }))
  const setChanges = events
    .filter((event) => event.type === 'setChanged')
    .map(({ epoch }) => proveSetChange(trie, epoch, block.header.height))
  return { block, changes, receipts, events, records, setChanges }
}
