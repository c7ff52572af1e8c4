/** When a certificate arrives, or our own tally completes one: it is verified, kept, logged, and may let us leave the view. */

import { view as viewNumber } from '../primitives/ids.ts'
import type { PeerKey } from './message.ts'
import { pruneRounds } from './prune.ts'
import { decidedView, type Round, roundOf } from './state.ts'
import { mayVote, mute, persist, sendCertificate, type Turn, viewOf } from './turn.ts'
import type { Certificate } from './vote.ts'
import { verifyCertificate } from './vote.ts'

/** False if the certificate is forged; the peer that sent it is not listened to again, for no honest node passes one on. */
export function acceptCertificate(turn: Turn, certificate: Certificate, from: PeerKey): boolean {
  const { state, rules } = turn
  if (!isOfUse(turn, certificate)) return true
  if (state.rounds.get(certificate.view)?.certificates[certificate.kind]) return true
  if (!verifyCertificate(rules.committee, rules.scheme, certificate)) {
    mute(turn, from)
    return false
  }
  storeCertificate(turn, certificate)
  return true
}

/** The certificate is known to be good and new. */
export function storeCertificate(turn: Turn, certificate: Certificate): void {
  const { state } = turn
  const round = roundOf(state, certificate.view)
  round.certificates[certificate.kind] = certificate
  persist(turn, { type: 'certificate', certificate })
  if (certificate.view >= Math.max(state.view, (state.exit?.view ?? 0) + 1)) state.exit = certificate
  if (certificate.kind === 'N') observeNotarized(turn, round)
  if (certificate.kind === 'F' && certificate.view > decidedView(state)) {
    state.decided = certificate
    pruneRounds(state)
    tellObservers(turn, certificate)
  }
}

/** Votes go to the seats only. Who has no seat gets what they make of them from the leader; if that is gone, with the next proposal. */
function tellObservers(turn: Turn, certificate: Certificate): void {
  const { leaders, seat } = turn.rules
  if (mayVote(turn) && leaders.leaderOf(certificate.view) === seat)
    sendCertificate(turn, 'observers', certificate)
}

/** Reports a block as notarized once, as soon as both it and its certificate are here. */
export function observeNotarized(turn: Turn, round: Round): void {
  const certificate = round.certificates.N
  const block = certificate === null ? undefined : turn.state.blocks.get(certificate.digest)?.block
  if (block === undefined || round.notarizationObserved) return
  round.notarizationObserved = true
  if (viewOf(turn.rules, block) !== round.view) return
  turn.effects.push({ type: 'milestone', milestone: { rung: 'notarized', block, at: turn.now, certificate } })
}

/** F certificates matter down to what is committed, as anchors of a chain being fetched; others down to what is decided. */
function isOfUse(turn: Turn, { kind, view }: Certificate): boolean {
  const { state } = turn
  if (view === viewNumber(0)) return false
  return kind === 'F' ? view > state.final.view : view > decidedView(state)
}
