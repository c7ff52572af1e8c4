/** A block's items on its parent's state, by the code that the state names, or by the one before if a new one fails. */

import { epochOf } from '../epochs.ts'
import type { TransitionHost } from '../host.ts'
import type { BodyItems } from '../payload.ts'
import { type Applied, RuntimeFailure, type RuntimeInput } from '../runtime/runtime.ts'
import type { Runtimes } from '../runtime/runtimes.ts'
import { BeaconState, BeaconStateView } from '../state.ts'
import { StateDraft, type StateTrie } from '../state-trie.ts'
import type { BlockPosition } from '../transition/context.ts'
import type { BlockOutcome, ComposedBlock } from '../transition.ts'
import { type Attempt, attemptsAt } from './attempts.ts'
import type { UpgradeFailureReason } from './entries.ts'
import { isReadable } from './readable.ts'

/** The heavy cryptography. */
export type Cryptography = Pick<TransitionHost, 'signatures' | 'recoverAddress'>

/** What a block is executed with, beside the state before it. */
export interface ExecutionMeans extends Cryptography {
  readonly runtimes: Runtimes
}

/** What may become a block. */
export interface Candidate {
  readonly parent: StateTrie
  readonly position: BlockPosition
  readonly reveal: Uint8Array
  readonly items: BodyItems
}

export interface Executed extends BlockOutcome {
  readonly state: StateDraft
}

const FEW_ITEMS = 8
const NO_ITEMS: BodyItems = { attendance: [], evidence: [], records: [], actions: [] }

/** Null unless it is valid. */
export async function executeItems(candidate: Candidate, means: ExecutionMeans): Promise<Executed | null> {
  const [first, fallback] = attemptsOn(candidate)
  const outcome = await attempt(first!, candidate, means)
  if (isExecuted(outcome) && (fallback === undefined || canGoOn(outcome, candidate))) return outcome
  if (fallback === undefined) return null
  const failed = isExecuted(outcome) ? 'UNREADABLE_STATE' : outcome
  if (failed === 'REFUSED') return fallBackFromRefusal(first!, fallback, candidate, means)
  return executedOrNull(await attempt(fallback, candidate, means, failed))
}

/** For a proposer: those of the items that are valid, and what comes of them. Null if there can't be a block. */
export async function composeItems(
  candidate: Candidate,
  means: ExecutionMeans,
): Promise<{ items: BodyItems; executed: Executed } | null> {
  const attempts = attemptsOn(candidate)
  // A runtime that fails at so many items, or at one of them, can perhaps go on with fewer.
  for (const items of [candidate.items, firstOf(candidate.items), NO_ITEMS]) {
    const composed = await composeByFirst(attempts, { ...candidate, items }, means)
    if (composed === null) continue
    if (attempts.length === 1) return composed
    // What a new runtime has composed is executed as everybody else will execute it.
    const executed = await executeItems({ ...candidate, items: composed.items }, means)
    if (executed !== null) return { items: composed.items, executed }
  }
  return null
}

function firstOf(items: BodyItems): BodyItems {
  const few = (list: readonly Uint8Array[]) => list.slice(0, FEW_ITEMS)
  return {
    attendance: few(items.attendance),
    evidence: few(items.evidence),
    records: few(items.records),
    actions: few(items.actions),
  }
}

/** An invalid block is no failure of a new runtime, unless that refuses an empty one that the runtime before accepts. */
async function fallBackFromRefusal(
  first: Attempt,
  fallback: Attempt,
  candidate: Candidate,
  means: ExecutionMeans,
): Promise<Executed | null> {
  const empty = { ...candidate, items: NO_ITEMS }
  if ((await attempt(first, empty, means)) !== 'REFUSED') return null
  if (!isExecuted(await attempt(fallback, empty, means, 'REFUSES_BLOCKS'))) return null
  return executedOrNull(await attempt(fallback, candidate, means, 'REFUSES_BLOCKS'))
}

/** By the first code that doesn't fail at it. Null if each does, or there is no such block. */
async function composeByFirst(
  attempts: readonly Attempt[],
  candidate: Candidate,
  means: ExecutionMeans,
): Promise<{ items: BodyItems; executed: Executed } | null> {
  let failed: UpgradeFailureReason | null = null
  for (const one of attempts) {
    try {
      return await compose(one, candidate, means, failed)
    } catch (error) {
      if (!(error instanceof RuntimeFailure)) throw error
      failed = error.reason
    }
  }
  return null
}

async function compose(
  one: Attempt,
  candidate: Candidate,
  means: ExecutionMeans,
  failed: UpgradeFailureReason | null,
): Promise<{ items: BodyItems; executed: Executed } | null> {
  const { state, events, input } = begin(one, candidate, failed)
  const runtime = await means.runtimes.of(one.code, new BeaconStateView(candidate.parent))
  const composed = runtime.composeBlock(hostOf(state, means), input)
  if (composed === null) return null
  const { taken, receipts } = composed
  return {
    items: takenOf(candidate.items, taken),
    executed: { state, receipts, events: [...events, ...composed.events] },
  }
}

/** REFUSED: the block is invalid. Otherwise why it is the code that isn't good. */
async function attempt(
  one: Attempt,
  candidate: Candidate,
  means: ExecutionMeans,
  failed: UpgradeFailureReason | null = null,
): Promise<Executed | 'REFUSED' | UpgradeFailureReason> {
  const { state, events, input } = begin(one, candidate, failed)
  let applied: Applied
  try {
    const runtime = await means.runtimes.of(one.code, new BeaconStateView(candidate.parent))
    applied = runtime.applyBlock(hostOf(state, means), input)
  } catch (error) {
    if (error instanceof RuntimeFailure) return error.reason
    throw error
  }
  if (!applied.ok) return 'REFUSED'
  return { state, receipts: applied.receipts, events: [...events, ...applied.events] }
}

function begin(
  one: Attempt,
  { parent, position, reveal, items }: Candidate,
  failed: UpgradeFailureReason | null,
) {
  const state = new StateDraft(parent)
  const events = one.begin(new BeaconState(state), failed)
  const input: RuntimeInput = { ...position, reveal, items }
  return { state, events, input }
}

function attemptsOn({ parent, position }: Candidate): readonly Attempt[] {
  const state = new BeaconStateView(parent)
  const epoch = epochOf(position.height, state.params().epochLength)
  return attemptsAt(state, { height: position.height, epoch })
}

function canGoOn({ state }: Executed, { parent, position }: Candidate): boolean {
  const { epochLength } = new BeaconStateView(parent).params()
  return isReadable(new BeaconStateView(state), epochOf(position.height, epochLength))
}

function isExecuted(outcome: Executed | string): outcome is Executed {
  return typeof outcome !== 'string'
}

function executedOrNull(outcome: Executed | string): Executed | null {
  return isExecuted(outcome) ? outcome : null
}

function takenOf(candidates: BodyItems, taken: ComposedBlock['taken']): BodyItems {
  return {
    attendance: taken.attendance.map((place) => candidates.attendance[place]!),
    evidence: taken.evidence.map((place) => candidates.evidence[place]!),
    records: taken.records.map((place) => candidates.records[place]!),
    actions: taken.actions.map((place) => candidates.actions[place]!),
  }
}

function hostOf(state: StateDraft, { signatures, recoverAddress }: ExecutionMeans): TransitionHost {
  return { get: state.get.bind(state), set: state.set.bind(state), signatures, recoverAddress }
}
