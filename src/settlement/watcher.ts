/**
 * Follows the L1 and tells which rollup batches are posted, final, settled, or taken back by a reorg. In: an L1 client, the inbox, rollups to follow.
 * Out: events, each at least once and in L1 order; after a restart the current rungs come first. It posts nothing and judges no batch: whether
 * a posting's digest is the rollup's own is the listener's to compare.
 */

import type { KeyValueStore, Logger, Timers } from '../platform/ports.ts'
import type { Hex } from '../primitives/bytes.ts'
import type { RollupId } from '../primitives/ids.ts'
import type { Posting } from './batch.ts'
import { decodePosting, fetchInboxConstants, type InboxConstants, postingTopics } from './inbox.ts'
import type { L1Client } from './l1-client.ts'
import { startPolling } from './polling.ts'
import {
  applyBackfill,
  applyFinality,
  applyFork,
  applyScan,
  createPostings,
  currentRungs,
  type L1Point,
  type PostingsState,
  type PostingsStep,
  postingsBecomingFinal,
  type SettlementEvent,
  scannedPoint,
} from './postings.ts'
import { PostingsStore } from './postings-store.ts'

export interface WatcherOptions {
  readonly inbox: Hex
  /** Followed from the start; more can be added. */
  readonly rollups: readonly RollupId[]
  readonly pollIntervalMs?: number
}

export interface WatcherPorts {
  readonly client: L1Client
  readonly store: KeyValueStore
  readonly timers: Timers
  readonly log: Logger
  /** Must be idempotent: an event comes again if the process ended before its effect was saved. */
  readonly onEvent: (event: SettlementEvent) => void
}

export interface Watcher {
  /** Reports the rollup's batches from the first one on. */
  follow(rollup: RollupId): void
  stop(): Promise<void>
}

const POLL_INTERVAL_MS = 500
const POLL_INTERVAL_MS_MAX = 15_000
/** What public endpoints still answer in one piece. */
const LOG_RANGE_BLOCKS = 1000

export function startWatcher(options: WatcherOptions, ports: WatcherPorts): Watcher {
  const follower = new L1Follower(options, ports)
  const intervalMs = options.pollIntervalMs ?? POLL_INTERVAL_MS
  const polling = startPolling({ intervalMs, intervalMsMax: POLL_INTERVAL_MS_MAX }, ports, () =>
    follower.poll(),
  )
  return {
    follow(rollup) {
      follower.wanted.add(rollup)
      polling.wake()
    },
    stop: polling.stop,
  }
}

class L1Follower {
  /** Rollups to follow; those that aren't in `#followed` need their past read first. */
  readonly wanted: Set<RollupId>
  readonly #ports: WatcherPorts
  readonly #inbox: Hex
  readonly #memory: PostingsStore
  #followed = new Set<RollupId>()
  #postings: PostingsState | null = null
  #constants: InboxConstants | null = null
  /** Told to the listener, not saved yet. */
  #unsaved: SettlementEvent[] = []
  /** The L1's head for which all was looked at; while it stays, nothing can have changed. */
  #judged: Hex | null = null

  constructor({ inbox, rollups }: WatcherOptions, ports: WatcherPorts) {
    this.#ports = ports
    this.#inbox = inbox
    this.#memory = new PostingsStore(ports.store, inbox)
    this.wanted = new Set(rollups)
  }

  async poll(): Promise<void> {
    this.#constants ??= await fetchInboxConstants(this.#ports.client, this.#inbox)
    this.#postings ??= await this.#recall(this.#constants)
    const head = await this.#ports.client.block('latest')
    if (head === null || (head.hash === this.#judged && this.wanted.size === this.#followed.size)) return
    try {
      let state = await this.#leaveFork(this.#postings)
      state = await this.#backfill(state, this.#constants.deploymentBlock)
      state = await this.#scan(state, head)
      await this.#finalize(state, this.#constants.challengeWindowBlocks)
      this.#judged = scannedPoint(state).hash === head.hash ? head.hash : null
    } finally {
      await this.#save()
    }
  }

  async #recall(constants: InboxConstants): Promise<PostingsState> {
    const saved = await this.#memory.load()
    if (saved === null) return createPostings(await this.#startOf(constants))
    this.#followed = new Set(saved.rollups)
    for (const rollup of saved.rollups) this.wanted.add(rollup)
    for (const event of currentRungs(saved.postings)) this.#ports.onEvent(event)
    return saved.postings
  }

  /** If the last checkpoint isn't in the L1 any more, goes back to the newest one that is. */
  async #leaveFork(state: PostingsState): Promise<PostingsState> {
    if (await this.#isCanonical(scannedPoint(state))) return state
    for (const point of state.checkpoints.toReversed()) {
      if (await this.#isCanonical(point)) return this.#accept(applyFork(state, point))
    }
    // Not the chain that was followed: the inbox may be in another block now, or isn't there yet.
    this.#ports.log.error({ inbox: this.#inbox }, 'the L1 took back blocks that were final')
    this.#constants = await fetchInboxConstants(this.#ports.client, this.#inbox)
    return this.#accept(applyFork(state, await this.#startOf(this.#constants)))
  }

  async #backfill(state: PostingsState, deploymentBlock: number): Promise<PostingsState> {
    const to = scannedPoint(state)
    let current = state
    for (const rollup of this.wanted) {
      if (this.#followed.has(rollup)) continue
      const postings: Posting[] = []
      for (let from = deploymentBlock; from <= to.number; from += LOG_RANGE_BLOCKS) {
        const last = Math.min(from + LOG_RANGE_BLOCKS - 1, to.number)
        postings.push(...(await this.#postingsBetween([rollup], from, last)))
      }
      if (!(await this.#isCanonical(to))) break
      this.#followed.add(rollup)
      current = this.#accept(applyBackfill(current, postings))
    }
    return current
  }

  async #scan(state: PostingsState, head: L1Point): Promise<PostingsState> {
    const { client } = this.#ports
    let current = state
    while (scannedPoint(current).number < head.number) {
      const from = scannedPoint(current).number + 1
      const last = Math.min(from + LOG_RANGE_BLOCKS - 1, head.number)
      const to = last === head.number ? head : await client.block(last)
      if (to === null) break
      const postings = await this.#postingsBetween([...this.#followed], from, last)
      // The logs are of the chain that ends in `to` if it is there before and after, and still continues what was scanned.
      const isStable = (await this.#isCanonical(to)) && (await this.#isCanonical(scannedPoint(current)))
      if (!isStable) break
      current = this.#accept(applyScan(current, to, postings))
    }
    return current
  }

  async #finalize(state: PostingsState, challengeWindowBlocks: number): Promise<void> {
    const block = await this.#ports.client.block('finalized')
    if (block === null) return
    const finalized = Math.min(block.number, scannedPoint(state).number)
    for (const { l1Block, l1BlockHash } of postingsBecomingFinal(state, finalized)) {
      if (!(await this.#isCanonical({ number: l1Block, hash: l1BlockHash }))) return
    }
    this.#accept(applyFinality(state, finalized, challengeWindowBlocks))
  }

  async #postingsBetween(rollups: readonly RollupId[], fromBlock: number, toBlock: number) {
    if (rollups.length === 0) return []
    const topics = postingTopics(rollups)
    const logs = await this.#ports.client.logs({ address: this.#inbox, topics, fromBlock, toBlock })
    return logs.map(decodePosting).filter((posting) => posting !== null)
  }

  async #isCanonical({ number, hash }: L1Point): Promise<boolean> {
    return (await this.#ports.client.block(number))?.hash === hash
  }

  /** The block before the inbox's own. */
  async #startOf({ deploymentBlock }: InboxConstants): Promise<L1Point> {
    const block = await this.#ports.client.block(deploymentBlock - 1)
    if (block === null) throw new Error(`the L1 has no block ${deploymentBlock - 1}`)
    return block
  }

  #accept({ state, events }: PostingsStep): PostingsState {
    this.#postings = state
    this.#unsaved.push(...events)
    for (const event of events) this.#ports.onEvent(event)
    return state
  }

  async #save(): Promise<void> {
    if (this.#postings === null) return
    await this.#memory.save({ rollups: this.#followed, postings: this.#postings }, this.#unsaved)
    this.#unsaved = []
  }
}
