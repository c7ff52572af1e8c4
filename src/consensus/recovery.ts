/** After a restart: the log's records back into the state, and on into the first view in which nothing was signed that we forgot. */

import { ZERO_HASH } from '../primitives/hash.ts'
import { view as viewNumber } from '../primitives/ids.ts'
import { finish } from './commit.ts'
import { closedView } from './committee.ts'
import { decidedView, type Round, roundOf, type State } from './state.ts'
import { countVote, signVote } from './tally.ts'
import { mayVote, type Turn } from './turn.ts'
import { enterView } from './views.ts'
import type { Certificate } from './vote.ts'
import type { WalRecord } from './wal.ts'

/** Puts back own votes, certificates (verified before they were logged), and blocks, which will have to be executed again. */
export function replay(state: State, records: Iterable<WalRecord>): void {
  for (const record of records) {
    if (record.type === 'vote') replayVote(state, record)
    else if (record.type === 'certificate') replayCertificate(state, record.certificate)
    else if (record.block.header.height > state.final.block.header.height) {
      state.blocks.set(record.block.digest, { block: record.block, execution: 'none', logged: true })
    }
  }
}

/** What a log has to hold for `replay` to restore this state: everything from the decided view, or the durable height, on. */
export function recordsOf(state: State): WalRecord[] {
  const records: WalRecord[] = []
  for (const { view, mine, certificates } of state.rounds.values()) {
    for (const certificate of Object.values(certificates)) {
      if (certificate !== null) records.push({ type: 'certificate', certificate })
    }
    if (mine.N !== null) records.push({ type: 'vote', kind: 'N', view, digest: mine.N })
    if (mine.X) records.push({ type: 'vote', kind: 'X', view, digest: ZERO_HASH })
    if (mine.F !== null) records.push({ type: 'vote', kind: 'F', view, digest: mine.F })
  }
  for (const { block, logged } of state.blocks.values()) {
    if (logged && block.header.height > state.durableHeight) records.push({ type: 'block', block })
  }
  return records
}

/** The start event: certificates show which views are closed, own votes which ones were entered. */
export function resume(turn: Turn): void {
  const { state } = turn
  let entry = state.decided
  let view = Math.max(decidedView(state), closedView(turn.rules.committee)) + 1
  for (const round of state.rounds.values()) {
    const { N, X, F } = round.certificates
    const best = F ?? N ?? X
    if (best !== null && best.view > (entry?.view ?? 0)) entry = best
    const { mine } = round
    const voted = mine.N !== null || mine.X || mine.F !== null
    view = Math.max(view, best !== null ? round.view + 1 : voted ? round.view : 0)
  }
  enterView(turn, viewNumber(view), entry)
  if (mayVote(turn)) for (const round of [...state.rounds.values()]) recount(turn, round)
  finish(turn)
}

/** Our own votes of before count on: were everybody to lose power, nobody else could make up for them. */
function recount(turn: Turn, { view, mine }: Round): void {
  if (mine.N !== null) countVote(turn, signVote(turn, 'N', view, mine.N))
  if (mine.X) countVote(turn, signVote(turn, 'X', view, ZERO_HASH))
  if (mine.F !== null) countVote(turn, signVote(turn, 'F', view, mine.F))
}

function replayVote(state: State, { kind, view, digest }: Extract<WalRecord, { type: 'vote' }>): void {
  if (view < decidedView(state)) return
  const { mine } = roundOf(state, view)
  if (kind === 'X') mine.X = true
  else mine[kind] = digest
}

function replayCertificate(state: State, certificate: Certificate): void {
  const { kind, view } = certificate
  if (view < state.final.view || (view === state.final.view && kind === 'F')) return
  roundOf(state, view).certificates[kind] = certificate
  if (kind === 'F' && view > decidedView(state)) state.decided = certificate
}
