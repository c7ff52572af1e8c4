/** One step of the protocol: what goes in (an event, the time, the instance's fixed rules) and what comes out (effects for the host). */

import type { ChainTime } from '../platform/ports.ts'
import type { Height, View } from '../primitives/ids.ts'
import type { SignatureScheme, VoteSigner } from '../primitives/signatures.ts'
import type { BuildRequest, Payload } from './application.ts'
import type { Block } from './block.ts'
import type { Committee } from './committee.ts'
import type { LeaderSchedule } from './leaders.ts'
import type { Audience, Message, PeerKey } from './message.ts'
import type { State } from './state.ts'
import type { Pacing, Timing } from './timing.ts'
import type { Certificate, Vote } from './vote.ts'
import type { WalRecord } from './wal.ts'

/** What stays the same for the life of an instance. All functions in it are pure. */
export interface Rules {
  readonly committee: Committee
  /** This node's seat; -1 follows without voting. */
  readonly seat: number
  /** Null if this node must not vote, though it may have a seat (RULE A). */
  readonly signer: VoteSigner | null
  readonly scheme: SignatureScheme
  /** View 0: the last block of whatever came before, whatever its own header says. */
  readonly genesis: Block
  /** Whether a block ends the instance. */
  readonly isTerminal: (block: Block) => boolean
  /** Whether the application wants to know who signed its final blocks. */
  readonly countsVoters: boolean
  readonly leaders: LeaderSchedule
  readonly pacing: Pacing
  readonly timing: Timing
}

export interface Context {
  readonly rules: Rules
  /** Unix ms. */
  readonly now: number
  readonly chainTime: ChainTime
}

export type Event =
  | { readonly type: 'start' }
  /** The time asked for by a `wake` effect has come. */
  | { readonly type: 'wake' }
  | { readonly type: 'message'; readonly from: PeerKey; readonly message: Message }
  /** Bytes that are no message. */
  | { readonly type: 'garbage'; readonly from: PeerKey }
  | { readonly type: 'peerConnected'; readonly peer: PeerKey; readonly seat: number }
  | { readonly type: 'peerDisconnected'; readonly peer: PeerKey }
  /** Since when the application has had work that is in no block yet; null if none. */
  | { readonly type: 'work'; readonly since: number | null }
  | { readonly type: 'built'; readonly view: View; readonly payload: Payload | null }
  | { readonly type: 'verified'; readonly block: Block; readonly valid: boolean }
  /** A commit is durable in the application. */
  | { readonly type: 'committed'; readonly height: Height }

export type Effect =
  /** Must be durable before any message of the same step leaves. */
  | { readonly type: 'persist'; readonly record: WalRecord }
  | { readonly type: 'send'; readonly to: Audience; readonly message: Message }
  | { readonly type: 'build'; readonly request: BuildRequest }
  /** `certified`: a quorum has judged the block, so whether it came in time no longer matters. */
  | { readonly type: 'verify'; readonly block: Block; readonly parent: Block; readonly certified: boolean }
  | { readonly type: 'commit'; readonly blocks: readonly Block[]; readonly certificate: Certificate }
  /** Answer from the store of final blocks. */
  | { readonly type: 'serveChain'; readonly to: PeerKey; readonly fromHeight: Height; readonly max: number }
  | { readonly type: 'evidence'; readonly evidence: Evidence }
  | { readonly type: 'milestone'; readonly milestone: Milestone }
  | { readonly type: 'finished'; readonly terminal: Block; readonly certificate: Certificate }
  /** Come back at this time (Unix ms) at the latest; replaces the one asked for before. */
  | { readonly type: 'wake'; readonly at: number }
  /** Final blocks contradict each other: at least a third of the weight has cheated. */
  | { readonly type: 'halt'; readonly reason: string }

/** Two votes of one seat in one view that no honest node signs both of. Both signatures were verified. */
export interface Evidence {
  readonly kind: 'NN' | 'FF' | 'XF' | 'FN'
  /** In the order of the kind's letters. */
  readonly first: Vote
  readonly second: Vote
}

/** A block reached a rung of the ladder, as seen here. */
export interface Milestone {
  readonly rung: 'proposed' | 'notarized' | 'soft'
  readonly block: Block
  /** Unix ms. */
  readonly at: number
  /** N for `notarized`; for `soft` the F certificate of the block or of a descendant. */
  readonly certificate: Certificate | null
}

/** A step under way. Every rule takes one, looks at the state, changes it, and adds effects. */
export interface Turn extends Context {
  readonly state: State
  readonly effects: Effect[]
}

export function send(turn: Turn, to: Audience, message: Message): void {
  turn.effects.push({ type: 'send', to, message })
}

export function sendCertificate(turn: Turn, to: Audience, certificate: Certificate): void {
  send(turn, to, { type: 'certificate', certificate })
}

export function persist(turn: Turn, record: WalRecord): void {
  turn.effects.push({ type: 'persist', record })
}

/** Stops listening to a peer that sent what no honest node sends. */
export function mute({ state }: Turn, key: PeerKey): void {
  const peer = state.peers.get(key)
  if (peer !== undefined) peer.muted = true
}

export function mayVote(turn: Turn): boolean {
  return turn.rules.signer !== null && turn.rules.seat >= 0
}

/** View of a block as a parent: the instance's genesis is view 0. */
export function viewOf(rules: Rules, block: Block): View {
  return block.digest === rules.genesis.digest ? (0 as View) : block.header.view
}

/**
 * Whether a block is the instance's last. Nothing builds on it: until it is final, leaders propose that block itself again, so that it
 * gets an F certificate of its own, of a later view, whatever became of the votes for it before. No such thing as a tail is needed.
 */
export function endsInstance(rules: Rules, block: Block): boolean {
  return block.digest !== rules.genesis.digest && rules.isTerminal(block)
}
