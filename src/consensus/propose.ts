/**
 * Leading a view (RULE P of the leader's side): once a proposal is due and the parent is executed here, have the application build on
 * it, then sign and broadcast. The block's record and the vote's are durable before the proposal leaves.
 */

import type { View } from '../primitives/ids.ts'
import type { Payload } from './application.ts'
import { APP_BODY_BYTES_MAX, APP_HEADER_BYTES_MAX, type Block, createBlock, payloadRoot } from './block.ts'
import { holdBlock, isExecuted, logBlock } from './blocks.ts'
import { need } from './fetch.ts'
import { findParent, type Parent } from './parent.ts'
import { findSignedAncestor } from './signed-ancestor.ts'
import { type Building, roundOf } from './state.ts'
import { castVote } from './tally.ts'
import { endsInstance, mayVote, send, type Turn } from './turn.ts'
import { proposalDue, setDeadline } from './views.ts'
import type { Certificate } from './vote.ts'

/** Rule: propose if it is our view and the time has come. */
export function propose(turn: Turn): boolean {
  const { state, rules } = turn
  state.proposeAt = Infinity
  if (!mayVote(turn) || rules.leaders.leaderOf(state.view) !== rules.seat) return false
  const { mine } = roundOf(state, state.view)
  if (mine.N !== null || mine.X || state.building !== null) return false
  const parent = findParent(turn, state.view)
  if ('missing' in parent) {
    need(turn, parent.missing.view, parent.missing.digest)
    return false
  }
  const executed = isExecuted(turn, parent.block.digest)
  const due = proposalDue(turn)
  if (due > turn.now) state.proposeAt = due
  if (!executed || due > turn.now) return false
  if (endsInstance(rules, parent.block)) announce(turn, parent.block, parent)
  else startBuilding(turn, parent)
  return true
}

/** The application has built the block that we asked for, or can't build any now: then the view times out. */
export function onBuilt(turn: Turn, view: View, payload: Payload | null): void {
  const { state } = turn
  const { building } = state
  if (payload === null || building === null || building.view !== view || state.view !== view) return
  const { mine } = roundOf(state, view)
  if (mine.X || mine.N !== null) return
  const block = assembleBlock(turn, building, payload)
  holdBlock(turn, block)
  state.blocks.get(block.digest)!.execution = 'valid'
  turn.effects.push({
    type: 'milestone',
    milestone: { rung: 'proposed', block, at: turn.now, certificate: null },
  })
  announce(turn, block, building)
}

function startBuilding(turn: Turn, parent: Parent): void {
  const { state, rules, now, chainTime, effects } = turn
  const time = Math.max(parent.block.header.time, Math.floor(now) + chainTime.aheadMs)
  const { view } = state
  const { block, certificate, justification } = parent
  state.building = { view, parent: block, parentView: parent.view, certificate, justification, time }
  const { instance } = rules.committee
  effects.push({
    type: 'build',
    request: {
      instance,
      view,
      parent: block,
      parentCertificate: certificate,
      signed: findSignedAncestor(turn),
      time,
      proposer: rules.seat,
    },
  })
}

function assembleBlock({ rules }: Turn, building: Building, payload: Payload): Block {
  const { appHeader, appBody, stateRoot, beaconRef } = payload
  if (appHeader.length > APP_HEADER_BYTES_MAX || appBody.length > APP_BODY_BYTES_MAX) {
    throw new RangeError(
      `the application built ${appHeader.length} + ${appBody.length} bytes, more than a block holds`,
    )
  }
  const { justification, parent } = building
  const header = {
    instance: rules.committee.instance,
    view: building.view,
    parentView: building.parentView,
    height: (parent.header.height + 1) as typeof parent.header.height,
    parent: parent.digest,
    payloadRoot: payloadRoot(appHeader, justification),
    stateRoot,
    time: building.time,
    proposer: rules.seat,
    beaconRef,
  }
  return createBlock({ header, appHeader, appBody, justification })
}

/** Casts our N vote for the block and sends both. A repeated terminal block says by certificates why it may be: it can't itself. */
function announce(
  turn: Turn,
  block: Block,
  on: { certificate: Certificate | null; justification: readonly Certificate[] },
): void {
  const { state } = turn
  const { view } = state
  logBlock(turn, state.blocks.get(block.digest)!)
  roundOf(state, view).proposal = block.digest
  const vote = castVote(turn, 'N', view, block.digest)
  const because = block.header.view === view ? [] : on.justification
  send(turn, 'all', { type: 'proposal', block, vote, certificates: proofs(turn, on.certificate, because) })
  setDeadline(turn)
}

/** The parent's certificate, what justifies skipping views, and the best F certificate, for those who are behind. */
export function proofs(
  { state }: Turn,
  parent: Certificate | null,
  justification: readonly Certificate[],
): Certificate[] {
  return [...new Set([parent, ...justification, state.decided])].filter((certificate) => certificate !== null)
}
