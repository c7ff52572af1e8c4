/**
 * Fetches a snapshot from peers, one at a time: the changes of the validators, the block that the peer offers, the state's entries, the older
 * blocks that it needs. Enter: who is connected, what they answer, the time. Leave: questions, and in the end a checked snapshot or the word that
 * nobody has a good one. A part of the state can't be judged by itself, so all of it comes from one peer, which is dropped if the whole is wrong.
 */

import type { Hex } from '../../primitives/bytes.ts'
import { DecodeError } from '../../primitives/codec.ts'
import { epoch, type Height } from '../../primitives/ids.ts'
import type { SignatureScheme } from '../../primitives/signatures.ts'
import type { BeaconGenesis } from '../genesis.ts'
import { ValidatorHistory } from '../staking/validator-history.ts'
import type { StateEntry } from '../state-trie.ts'
import { decodeSnapshotResponse, type SnapshotRequest, type SnapshotResponse } from './messages.ts'
import type { OldBlock, ProvenChange, Snapshot } from './snapshot.ts'
import {
  isCertifiedTerminal,
  learnChange,
  type OldBlockNeed,
  oldBlocksNeeded,
  openOldBlock,
  openState,
} from './verify.ts'

export interface SnapshotRules {
  readonly genesis: BeaconGenesis
  readonly scheme: SignatureScheme
  /** Only a snapshot above is worth its while. */
  readonly above: Height
}

export type FetchEvent =
  | { readonly type: 'connected' | 'disconnected'; readonly peer: Hex }
  | { readonly type: 'message'; readonly peer: Hex; readonly bytes: Uint8Array }
  | { readonly type: 'tick' }

export type FetchEffect =
  | { readonly type: 'ask'; readonly peer: Hex; readonly request: SnapshotRequest }
  /** It won't be asked any more. */
  | { readonly type: 'dropped'; readonly peer: Hex; readonly reason: DropReason }
  | { readonly type: 'fetched'; readonly peer: Hex; readonly snapshot: Snapshot }
  /** There is nobody left to ask. */
  | { readonly type: 'failed' }

export type DropReason = 'nothing to offer' | 'silent' | 'slow' | 'gone' | 'malformed' | 'wrong' | 'too large'

/** Until somebody is connected. */
export const CONNECT_MS = 10_000
/** For others to be connected, once all who are have been asked. */
export const OTHERS_MS = 2_000
/** For one answer. */
export const ANSWER_MS = 10_000
/** For all that one peer gives, at the least; and longer if it keeps up so many bytes a millisecond. */
export const PEER_MS = 60_000
const BYTES_PER_MS_MIN = 32
/** Of a state, which is in memory at once. */
const STATE_BYTES_MAX = 256 * 1024 * 1024
/** What an entry costs besides its bytes. */
const ENTRY_BYTES = 256

/** What one peer has given so far. */
interface Attempt {
  readonly peer: Hex
  readonly startedAt: number
  request: SnapshotRequest
  askedAt: number
  offer: Extract<SnapshotResponse, { type: 'offer' }> | null
  readonly entries: StateEntry[]
  bytes: number
  needs: readonly OldBlockNeed[]
  readonly oldBlocks: OldBlock[]
}

export class SnapshotFetch {
  readonly #rules: SnapshotRules
  /** These hold whoever has given them. */
  readonly #history: ValidatorHistory
  readonly #changes: ProvenChange[] = []
  readonly #connected = new Set<Hex>()
  readonly #dropped = new Set<Hex>()
  #attempt: Attempt | null = null
  #waitsUntil: number
  #isOver = false

  /** The genesis must have passed `checkGenesis`. */
  constructor(rules: SnapshotRules, now: number) {
    this.#rules = rules
    this.#history = new ValidatorHistory(rules.genesis)
    this.#waitsUntil = now + CONNECT_MS
  }

  step(event: FetchEvent, now: number): FetchEffect[] {
    if (this.#isOver) return []
    const effects: FetchEffect[] = []
    if (event.type === 'connected') this.#connected.add(event.peer)
    else if (event.type === 'disconnected') {
      this.#connected.delete(event.peer)
      if (event.peer === this.#attempt?.peer) this.#drop('gone', now, effects)
    } else if (event.type === 'message') {
      if (event.peer === this.#attempt?.peer) this.#onAnswer(this.#attempt, event.bytes, now, effects)
    } else this.#checkPatience(now, effects)
    if (this.#attempt === null && !this.#isOver) this.#begin(now, effects)
    return effects
  }

  #begin(now: number, effects: FetchEffect[]): void {
    const peer = [...this.#connected].find((one) => !this.#dropped.has(one))
    if (peer === undefined) {
      if (now < this.#waitsUntil) return
      this.#isOver = true
      effects.push({ type: 'failed' })
      return
    }
    const request = this.#nextChanges()
    this.#attempt = {
      peer,
      startedAt: now,
      request,
      askedAt: now,
      offer: null,
      entries: [],
      bytes: 0,
      needs: [],
      oldBlocks: [],
    }
    effects.push({ type: 'ask', peer, request })
  }

  #checkPatience(now: number, effects: FetchEffect[]): void {
    if (this.#attempt === null) return
    const { askedAt, startedAt, bytes } = this.#attempt
    if (now - askedAt >= ANSWER_MS) this.#drop('silent', now, effects)
    else if (now - startedAt >= PEER_MS + bytes / BYTES_PER_MS_MIN) this.#drop('slow', now, effects)
  }

  #drop(reason: DropReason, now: number, effects: FetchEffect[]): void {
    const { peer } = this.#attempt!
    this.#dropped.add(peer)
    this.#attempt = null
    this.#waitsUntil = now + OTHERS_MS
    effects.push({ type: 'dropped', peer, reason })
  }

  #onAnswer(attempt: Attempt, bytes: Uint8Array, now: number, effects: FetchEffect[]): void {
    const outcome = this.#judge(attempt, bytes)
    if (typeof outcome === 'string') this.#drop(outcome, now, effects)
    else if (outcome !== null) {
      attempt.request = outcome
      attempt.askedAt = now
      effects.push({ type: 'ask', peer: attempt.peer, request: outcome })
    } else {
      this.#isOver = true
      effects.push({ type: 'fetched', peer: attempt.peer, snapshot: this.#finish(attempt) })
    }
  }

  /** The next question, null if there is none, or why the peer is dropped. */
  #judge(attempt: Attempt, bytes: Uint8Array): SnapshotRequest | DropReason | null {
    const response = decodeOrNull(bytes)
    if (response === null) return 'malformed'
    if (response.type === 'none') return 'nothing to offer'
    const { request } = attempt
    if (response.type !== (request.type === 'record' ? 'block' : request.type)) return 'malformed'
    switch (response.type) {
      case 'changes':
        return this.#takeChanges(response.changes)
      case 'offer':
        return this.#takeOffer(attempt, response)
      case 'entries':
        return this.#takeEntries(attempt, response)
      case 'block':
        return this.#takeOldBlock(attempt, response)
    }
  }

  #takeChanges(changes: readonly ProvenChange[]): SnapshotRequest | DropReason {
    if (changes.length === 0) return { type: 'offer' }
    for (const proven of changes) {
      if (!learnChange(this.#history, proven, this.#rules.scheme)) return 'wrong'
      this.#changes.push(proven)
    }
    return this.#nextChanges()
  }

  #nextChanges(): SnapshotRequest {
    return { type: 'changes', from: epoch(this.#history.lastChange + 1) }
  }

  #takeOffer(
    attempt: Attempt,
    offer: Extract<SnapshotResponse, { type: 'offer' }>,
  ): SnapshotRequest | DropReason {
    const { genesis, scheme, above } = this.#rules
    const { block, certificate } = offer
    const { epochLength } = genesis.params
    if (block.header.height <= above) return 'nothing to offer'
    if (!isCertifiedTerminal(block, certificate, this.#history, epochLength, scheme)) return 'wrong'
    attempt.offer = offer
    return { type: 'entries', at: block.header.height, after: '' }
  }

  #takeEntries(
    attempt: Attempt,
    { entries, next }: Extract<SnapshotResponse, { type: 'entries' }>,
  ): SnapshotRequest | DropReason | null {
    const { request } = attempt
    const { header } = attempt.offer!.block
    if (request.type !== 'entries') return 'malformed'
    const last = entries.at(-1)?.[0] ?? request.after
    const isAfter = entries.every(([name]) => name > request.after)
    const isBefore = next === null || (next > request.after && last <= next)
    if (!isAfter || !isBefore) return 'malformed'
    for (const [name, value] of entries) attempt.bytes += name.length + value.length + ENTRY_BYTES
    if (attempt.bytes > STATE_BYTES_MAX) return 'too large'
    attempt.entries.push(...entries)
    if (next !== null) return { type: 'entries', at: header.height, after: next }
    const state = openState(header, attempt.entries)
    if (state === null) return 'wrong'
    attempt.needs = oldBlocksNeeded(state, attempt.entries, header.height)
    return nextNeed(attempt)
  }

  #takeOldBlock(
    attempt: Attempt,
    found: Extract<SnapshotResponse, { type: 'block' }>,
  ): SnapshotRequest | DropReason | null {
    const need = attempt.needs[attempt.oldBlocks.length]!
    const oldBlock = openOldBlock(need, found, this.#history, this.#rules.scheme)
    if (oldBlock === null) return 'wrong'
    attempt.oldBlocks.push(oldBlock)
    return nextNeed(attempt)
  }

  #finish({ offer, entries, oldBlocks }: Attempt): Snapshot {
    const { block, certificate } = offer!
    // Those after it come with the blocks that follow.
    const changes = this.#changes.filter(({ change }) => change.height <= block.header.height)
    return { block, certificate, entries, changes, oldBlocks }
  }
}

function nextNeed({ needs, oldBlocks }: Attempt): SnapshotRequest | null {
  const need = needs[oldBlocks.length]
  if (need === undefined) return null
  return need.type === 'block'
    ? { type: 'block', at: need.at }
    : { type: 'record', rollup: need.rollup, at: need.at }
}

function decodeOrNull(bytes: Uint8Array): SnapshotResponse | null {
  try {
    return decodeSnapshotResponse(bytes)
  } catch (error) {
    if (error instanceof DecodeError) return null
    throw error
  }
}
