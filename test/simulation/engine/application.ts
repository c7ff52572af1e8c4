/**
 * A chain whose state is a running hash, kept in a store that survives crashes. It takes simulated time to build, verify and commit, and
 * holds the engine to its contract: blocks are executed before they are built on or committed, and commits are contiguous.
 */

import type { Application, BuildRequest, Payload } from '../../../src/consensus/application.ts'
import type { Block } from '../../../src/consensus/block.ts'
import type { BlockSource, FinalBlock } from '../../../src/consensus/block-source.ts'
import { NO_BEACON_REFERENCE } from '../../../src/consensus/header.ts'
import type { Certificate } from '../../../src/consensus/vote.ts'
import type { LocalTime } from '../../../src/platform/simulated/local-time.ts'
import type { SeededRandom } from '../../../src/platform/simulated/random.ts'
import { equalBytes, fromHex, type Hex, utf8 } from '../../../src/primitives/bytes.ts'
import { keccak256, keccakHex } from '../../../src/primitives/hash.ts'

/** The durable part: final blocks by height, and the certificates that commits came with. */
export class SimulatedStore implements BlockSource {
  readonly blocks = new Map<number, Block>()
  readonly certified = new Map<number, Certificate>()
  /** For checks only: what any process on this store has executed. */
  readonly everExecuted = new Set<string>()
  readonly #time: Pick<LocalTime, 'awaitPromises'>

  constructor(time: Pick<LocalTime, 'awaitPromises'>) {
    this.#time = time
  }

  /** Of the last block; 0 if there is none. */
  get height(): number {
    return Math.max(0, ...this.blocks.keys())
  }

  hasEverExecuted({ header }: Block): boolean {
    return this.everExecuted.has(executionKey(header.parent, header.stateRoot))
  }

  async head(): Promise<FinalBlock | null> {
    return this.certifiedFrom(Math.max(1, this.height))
  }

  async blockAt(height: number): Promise<Block | null> {
    this.#time.awaitPromises()
    return this.blocks.get(height) ?? null
  }

  async certifiedFrom(height: number): Promise<FinalBlock | null> {
    this.#time.awaitPromises()
    for (let at = height; this.blocks.has(at); at++) {
      const certificate = this.certified.get(at)
      if (certificate) return { block: this.blocks.get(at)!, certificate }
    }
    return null
  }
}

export interface SimulatedApplicationOptions {
  readonly time: Pick<LocalTime, 'sleep' | 'awaitPromises'>
  readonly random: SeededRandom
  readonly store: SimulatedStore
  readonly genesis: Block
  /** The longest that building or verifying takes. */
  readonly executionMs: number
  /** What building takes besides. */
  readonly buildMs?: number
  /** Called before anything is written; what it throws is what the disk does. */
  readonly beforeWrite?: () => void
  /** Called as soon as the engine commits, before it is durable. */
  readonly onCommit: (blocks: readonly Block[], certificate: Certificate) => void
  /** The engine broke its contract. */
  readonly onViolation: (what: string) => void
}

/** One process's life: what was executed is forgotten with it. */
export class SimulatedApplication implements Application {
  isDead = false
  readonly #options: SimulatedApplicationOptions
  readonly #executed = new Set<string>()
  #counter = 0

  constructor(options: SimulatedApplicationOptions) {
    this.#options = options
    for (const { header } of [options.genesis, ...options.store.blocks.values()]) {
      this.#executed.add(executionKey(header.parent, header.stateRoot))
    }
  }

  async build({ parent, view, proposer, time }: BuildRequest): Promise<Payload | null> {
    this.#requireExecuted(parent)
    if (time < parent.header.time) this.#options.onViolation('time goes backwards')
    await this.#work(this.#options.buildMs)
    const appBody = utf8(`${view} by ${proposer}: ${this.#counter++} ${this.#options.random.below(1e9)}`)
    const stateRoot = executedRoot(parent, appBody)
    this.#noteExecuted(executionKey(parent.digest, stateRoot))
    return { appHeader: keccak256(appBody), appBody, stateRoot, beaconRef: NO_BEACON_REFERENCE }
  }

  async verify(block: Block, parent: Block): Promise<boolean> {
    this.#requireExecuted(parent)
    await this.#work()
    const isValid = isValidOn(block, parent)
    if (isValid) this.#noteExecuted(executionKey(parent.digest, block.header.stateRoot))
    return isValid
  }

  async commit(blocks: readonly Block[], certificate: Certificate): Promise<void> {
    const { store, onCommit, beforeWrite } = this.#options
    for (const block of blocks) this.#requireExecuted(block)
    onCommit(blocks, certificate)
    await this.#work()
    if (this.isDead) return
    beforeWrite?.()
    for (const block of blocks) store.blocks.set(block.header.height, block)
    const last = blocks[blocks.length - 1]!
    store.certified.set(last.header.height, certificate)
  }

  #noteExecuted(key: string): void {
    this.#executed.add(key)
    this.#options.store.everExecuted.add(key)
  }

  #requireExecuted(block: Block): void {
    if (this.#executed.has(executionKey(block.header.parent, block.header.stateRoot))) return
    this.#options.onViolation(`block ${block.header.height} was not executed here`)
  }

  async #work(besidesMs = 0): Promise<void> {
    const { time, random, executionMs } = this.#options
    await time.sleep(besidesMs + 1 + random.below(random.chance(0.05) ? 10 * executionMs : executionMs))
  }
}

/** A built payload has no digest yet; parent and state root tell it as well. */
function executionKey(parent: Hex, stateRoot: Hex): string {
  return `${parent}:${stateRoot}`
}

/** Whether body, application header and state root belong together. */
export function isValidOn(block: Block, parent: Block): boolean {
  return hasOwnBody(block) && executedRoot(parent, block.appBody) === block.header.stateRoot
}

/** Whether the body is the one that the header commits to. */
export function hasOwnBody({ appHeader, appBody }: Block): boolean {
  return equalBytes(keccak256(appBody), appHeader)
}

export function executedRoot(parent: Block, appBody: Uint8Array): Hex {
  return keccakHex(fromHex(parent.header.stateRoot), appBody)
}
