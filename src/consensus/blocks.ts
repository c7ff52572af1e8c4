/** The blocks at hand: taking them in, having the application execute them in order, and dropping those that prove invalid. */

import type { Hex } from '../primitives/bytes.ts'
import type { Block } from './block.ts'
import { observeNotarized } from './certificates.ts'
import { need, postponeChain, postponeNeed } from './fetch.ts'
import { inspectBlock, matchesPayloadRoot } from './inspect.ts'
import { decidedView, type HeldBlock, isCertified } from './state.ts'
import { persist, type Turn } from './turn.ts'

/** Blocks further above the committed one are not kept: whoever is that far behind fetches them in order. */
const HEIGHTS_AHEAD_MAX = 256

/** Keeps a block whose payload matches its digest. False if it is too far ahead to be of use. */
export function holdBlock(turn: Turn, block: Block): boolean {
  const { blocks, final, rounds } = turn.state
  if (blocks.has(block.digest)) return true
  if (block.header.height > final.block.header.height + HEIGHTS_AHEAD_MAX) return false
  blocks.set(block.digest, { block, execution: 'none', logged: false })
  const round = rounds.get(block.header.view)
  if (round?.certificates.N?.digest === block.digest) observeNotarized(turn, round)
  return true
}

/** Takes a block that came without its leader's vote, or too late for it: only if a certificate names it. */
export function takeCertified(turn: Turn, block: Block): void {
  const wanted = [...turn.state.needs.values()].some((need) => need.digest === block.digest)
  if ((wanted || isCertified(turn.state, block)) && matchesPayloadRoot(block)) holdBlock(turn, block)
}

/** Makes the block durable along with the vote that follows (RULES N and F). */
export function logBlock(turn: Turn, held: HeldBlock): void {
  if (held.logged) return
  held.logged = true
  persist(turn, { type: 'block', block: held.block })
}

/**
 * Whether the block is known to be valid; if it isn't yet, has the earliest unexecuted ancestor executed, or fetched. `final`: a
 * certificate makes the block and all of them final.
 */
export function isExecuted(turn: Turn, digest: Hex, final = false): boolean {
  const { blocks } = turn.state
  let held = blocks.get(digest)
  if (held === undefined) return false
  if (held.execution === 'valid') return true
  while (held.execution === 'none') {
    const parent = blocks.get(held.block.header.parent)
    if (parent === undefined) {
      fetchParent(turn, held.block)
      return false
    }
    if (parent.execution === 'valid') {
      execute(turn, held, parent.block, final || isCertified(turn.state, held.block))
      return false
    }
    held = parent
  }
  return false
}

/** The application has executed the block, or refused it. */
export function onVerified(turn: Turn, block: Block, valid: boolean): void {
  const held = turn.state.blocks.get(block.digest)
  // The same header may have come with another body meanwhile.
  if (held?.block !== block) return
  if (valid) held.execution = 'valid'
  else refuseBlock(turn, held.block)
}

/**
 * An invalid block is dropped, and its view given up at once. If it is certified all the same, somebody has handed us another body
 * under its header, for only the application can tell: it is asked for again, of others.
 */
export function refuseBlock(turn: Turn, block: Block): void {
  const { state, now } = turn
  state.blocks.delete(block.digest)
  postponeNeed(turn, block.header.view, block.digest)
  if (state.ancestry.has(block.digest)) postponeChain(turn)
  const round = state.rounds.get(state.view)
  if (round?.proposal !== block.digest || round.mine.X) return
  round.proposalRefused = true
  state.deadline = now
}

function execute(turn: Turn, held: HeldBlock, parent: Block, certified: boolean): void {
  if (inspectBlock(turn, held.block, parent) === null) {
    held.execution = 'running'
    turn.effects.push({ type: 'verify', block: held.block, parent, certified })
  } else refuseBlock(turn, held.block)
}

/** Below the decided view the commit rule fetches whole chains; at or below the committed height there is no parent but that block. */
function fetchParent(turn: Turn, { header }: Block): void {
  const { final } = turn.state
  if (header.height <= final.block.header.height + 1) return
  if (header.parentView > decidedView(turn.state)) need(turn, header.parentView, header.parent)
}
