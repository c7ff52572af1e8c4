/**
 * When a block is final: it and its uncommitted ancestors are executed and handed to the application in height order. Missing blocks
 * are fetched by digest if few, else in order from the committed height on; the hash chain down from the certificate proves them all.
 */

import type { Hex } from '../primitives/bytes.ts'
import { type Height, height } from '../primitives/ids.ts'
import type { Block } from './block.ts'
import { isExecuted } from './blocks.ts'
import { attemptsFor, fetchChain, need } from './fetch.ts'
import type { Header } from './header.ts'
import { pruneBlocks, pruneRounds } from './prune.ts'
import type { State } from './state.ts'
import { endsInstance, sendCertificate, type Turn } from './turn.ts'
import type { Certificate } from './vote.ts'

/** Commits that the application hasn't finished; more wait. */
const COMMITS_MAX = 8
/** Within so many views of the committed one, missing blocks are asked for one by one. */
const NEAR_VIEWS = 4
/** After asking for a block this often, fetch the chain: peers may have it in their stores only. */
const ATTEMPTS_MAX = 2

/** Rule: commit up to the earliest certified block that isn't yet. */
export function commit(turn: Turn): boolean {
  const { state } = turn
  if (state.commitsUnderWay >= COMMITS_MAX) return false
  const certificate = nextFinal(state)
  if (certificate === null) return false
  const path = pathTo(turn, certificate)
  if (path === null) return false
  const blocks: Block[] = []
  for (const { digest, height: at } of path) {
    const held = state.blocks.get(digest)
    if (held === undefined) {
      fetchMissing(turn, certificate, digest, at)
      return false
    }
    if (!isExecuted(turn, digest, true)) return false
    blocks.push(held.block)
  }
  advance(turn, blocks, certificate)
  return true
}

/** The application has made a commit durable. */
export function onCommitted({ state }: Turn, at: Height): void {
  state.commitsUnderWay--
  state.durableHeight = at
  pruneBlocks(state)
}

function advance(turn: Turn, blocks: readonly Block[], certificate: Certificate): void {
  const { state, now, effects } = turn
  const last = blocks[blocks.length - 1]!
  for (const block of blocks) {
    effects.push({ type: 'milestone', milestone: { rung: 'soft', block, at: now, certificate } })
  }
  effects.push({ type: 'commit', blocks, certificate })
  state.final = { view: certificate.view, block: last, certificate }
  state.commitsUnderWay++
  pruneRounds(state)
  finish(turn)
}

/** The instance is over: whoever is still voting learns it at once, and from then on by asking. */
export function finish(turn: Turn): void {
  const { state } = turn
  const { block, certificate } = state.final
  if (certificate === null || !endsInstance(turn.rules, block)) return
  state.finished = true
  sendCertificate(turn, 'all', certificate)
  turn.effects.push({ type: 'finished', terminal: block, certificate })
}

function nextFinal(state: State): Certificate | null {
  let next = state.decided
  for (const { certificates } of state.rounds.values()) {
    const { F } = certificates
    if (F !== null && F.view > state.final.view && F.view < next!.view) next = F
  }
  return next === null || next.view <= state.final.view ? null : next
}

interface Step {
  readonly digest: Hex
  readonly height: Height
}

/**
 * From the committed block's child up to the certified block; null if a link is missing, which is then asked for. The certificate is of a
 * later view than the committed block's, and so, unless a third of the weight has cheated, of another block.
 */
function pathTo(turn: Turn, certificate: Certificate): Step[] | null {
  const { state } = turn
  const path: Step[] = []
  let { digest } = certificate
  do {
    const header: Header | undefined = state.blocks.get(digest)?.block.header ?? state.ancestry.get(digest)
    if (header === undefined) {
      fetchGap(turn, certificate, digest, path.at(-1)?.height ?? null)
      return null
    }
    if (header.height <= state.final.block.header.height) {
      state.halted = true
      turn.effects.push({
        type: 'halt',
        reason: `${certificate.digest} is final and does not follow ${state.final.block.digest}`,
      })
      return null
    }
    path.push({ digest, height: header.height })
    digest = header.parent
  } while (digest !== state.final.block.digest)
  return path.reverse()
}

/** `above` is the height of the missing block's child, null if it is the certified block itself. Of several missing ones each would cost a way there and back. */
function fetchGap(turn: Turn, certificate: Certificate, digest: Hex, above: Height | null): void {
  const first = height(turn.state.final.block.header.height + 1)
  fetchMissing(turn, certificate, digest, first)
  if (above !== null && above - first > 1) fetchChain(turn, first)
}

function fetchMissing(turn: Turn, certificate: Certificate, digest: Hex, at: Height): void {
  const near = certificate.view <= turn.state.final.view + NEAR_VIEWS
  if (near) need(turn, certificate.view, digest)
  if (!near || attemptsFor(turn, certificate.view, digest) > ATTEMPTS_MAX) fetchChain(turn, at)
}
