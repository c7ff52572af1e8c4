/**
 * Asking peers for what is missing. Rules ask on every step for as long as they miss something; a request goes out at once, then again
 * every `retryMs` to more peers, and is forgotten as soon as no rule asks any more.
 */

import type { Hex } from '../primitives/bytes.ts'
import type { Height, View } from '../primitives/ids.ts'
import { CHAIN_BLOCKS_MAX, type PeerKey } from './message.ts'
import type { OpenNeed } from './state.ts'
import { send, type Turn } from './turn.ts'

/** More open needs than this are not taken; the rule asks again on a later step. */
const NEEDS_MAX = 64
/** Bodies may be large, and a response of many blocks larger. */
const CHAIN_RETRY_FACTOR = 4

/** Asks for the certificates of a view or for a block. */
export function need(turn: Turn, view: View, digest: Hex | null): void {
  const { needs } = turn.state
  const key = `${view}:${digest ?? ''}`
  const open = needs.get(key)
  if (open === undefined) {
    if (needs.size >= NEEDS_MAX) return
    const fresh: OpenNeed = { view, digest, attempts: 0, retryAt: 0 }
    needs.set(key, fresh)
    ask(turn, fresh)
  } else if (open.retryAt <= turn.now) ask(turn, open)
}

/** How often a block was asked for so far. */
export function attemptsFor(turn: Turn, view: View, digest: Hex): number {
  return turn.state.needs.get(`${view}:${digest}`)?.attempts ?? 0
}

/** A block came and was no good: don't ask for it again before the next retry. */
export function postponeNeed(turn: Turn, view: View, digest: Hex): void {
  const retryAt = turn.now + turn.rules.timing.retryMs
  turn.state.needs.set(`${view}:${digest}`, { view, digest, attempts: 1, retryAt })
}

/** A chain had a bad body: turn to another peer, after a while. */
export function postponeChain({ state, rules, now }: Turn): void {
  state.chainSource = null
  state.chainFetch = { peer: null, retryAt: now + rules.timing.retryMs }
}

/** Asks one peer at a time for the final blocks from a height on: the one that answered last, or else the next in turn. */
export function fetchChain(turn: Turn, fromHeight: Height): void {
  const { state, rules, now } = turn
  if (state.chainFetch !== null && state.chainFetch.retryAt > now) return
  if (state.chainFetch !== null) state.chainSource = null
  const source = state.chainSource === null ? undefined : state.peers.get(state.chainSource)
  const peer = source === undefined || source.muted ? nextPeers(turn, 'chains', 1)[0] : state.chainSource!
  if (peer === undefined) return
  state.chainFetch = { peer, retryAt: now + CHAIN_RETRY_FACTOR * rules.timing.retryMs }
  send(turn, peer, { type: 'chainRequest', fromHeight, max: CHAIN_BLOCKS_MAX })
}

/** Ends a step: what is due and wasn't asked for again is no longer missing. */
export function forgetSatisfied(turn: Turn): void {
  const { state, now } = turn
  for (const [key, open] of state.needs) if (open.retryAt <= now) state.needs.delete(key)
  if (state.chainFetch !== null && state.chainFetch.retryAt <= now) state.chainFetch = null
}

/** The next time at which something has to be asked for again. */
export function nextRetry(turn: Turn): number {
  let at = turn.state.chainFetch?.retryAt ?? Infinity
  for (const open of turn.state.needs.values()) at = Math.min(at, open.retryAt)
  return at
}

function ask(turn: Turn, open: OpenNeed): void {
  for (const peer of nextPeers(turn, 'needs', 2 ** Math.min(open.attempts, 16)))
    send(turn, peer, { type: 'need', view: open.view, digest: open.digest })
  open.attempts++
  open.retryAt = turn.now + turn.rules.timing.retryMs
}

/**
 * Up to `count` peers, going round all of them from call to call. Each kind has its own turns: in step with the other, one could come back to
 * a peer that never answers. Seats first: observers may have nothing.
 */
function nextPeers(turn: Turn, kind: 'needs' | 'chains', count: number): PeerKey[] {
  const { state } = turn
  const usable = [...state.peers].filter(([, peer]) => !peer.muted)
  const seated = usable.filter(([, peer]) => peer.seat >= 0)
  const peers = (seated.length > 0 ? seated : usable).map(([key]) => key)
  if (peers.length === 0) return []
  const first = (state.asked[kind] + Math.max(0, turn.rules.seat)) % peers.length
  state.asked[kind] += Math.min(count, peers.length)
  return [...peers.slice(first), ...peers.slice(0, first)].slice(0, count)
}
