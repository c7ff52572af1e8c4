/** What the engine's host needs from its node, and what it offers it. */

import type { BeaconError } from '../errors/beacon-error.ts'
import type { ChainTime, Clock, Logger, RecordLog, Timers } from '../platform/ports.ts'
import type { Height, View } from '../primitives/ids.ts'
import type { SignatureScheme, VoteSigner } from '../primitives/signatures.ts'
import type { Application } from './application.ts'
import type { Block } from './block.ts'
import type { BlockSource } from './block-source.ts'
import type { Committee } from './committee.ts'
import type { LeaderSchedule } from './leaders.ts'
import type { Audience, PeerKey } from './message.ts'
import type { Pacing, Timing } from './timing.ts'
import type { Evidence, Milestone } from './turn.ts'
import type { Certificate } from './vote.ts'
import type { WalLimits } from './wal-file.ts'

export interface EngineOptions {
  readonly committee: Committee
  /** This node's seat; -1 follows the instance without voting. */
  readonly seat: number
  /** View 0: the previous instance's terminal block, or the chain's genesis. */
  readonly genesis: Block
  /** Whether a block ends the instance; pure. By default none does. */
  readonly isTerminal?: (block: Block) => boolean
  /** Whether the application is told who signed its final blocks; see signed-ancestor.ts. By default it isn't. */
  readonly countsVoters?: boolean
  readonly leaders: LeaderSchedule
  readonly pacing: Pacing
  readonly timing?: Timing
  readonly scheme: SignatureScheme
  /** Null for an observer. */
  readonly signer: VoteSigner | null
  /** False for a node whose log is lost though its application has state of this instance (RULE A): it follows without voting. */
  readonly mayVote?: boolean
  /** The instance's write-ahead log. Null only for nodes that don't vote. The engine doesn't close it. */
  readonly log: RecordLog | null
  /** When to shorten the log. */
  readonly walLimits?: WalLimits
  readonly application: Application
  /** The application's committed blocks of this instance. */
  readonly blocks: BlockSource
  readonly clock: Clock
  /** By default the clock's time. */
  readonly chainTime?: ChainTime
  readonly timers: Timers
  /** Runs a callback once the current turn of the event loop is over (setImmediate); by default a timer of 0 ms. */
  readonly endOfTurn?: (callback: () => void) => void
  readonly logger: Logger
  /** Must not call back into the engine. */
  readonly send: (to: Audience, message: Uint8Array) => void
  readonly onMilestone?: (milestone: Milestone) => void
  readonly onEvidence?: (evidence: Evidence) => void
  /** The terminal block is committed and durable; the engine goes on serving laggards until stopped. */
  readonly onFinished?: (terminal: Block, certificate: Certificate) => void
  /** The engine has stopped for good. */
  readonly onFailure: (error: BeaconError) => void
}

export interface Engine {
  /** Recovers from the log and enters the first view. */
  start(): Promise<void>
  /** Bytes from a connected peer. Never throws. */
  receive(from: PeerKey, bytes: Uint8Array): void
  /** `seat` is the committee seat of the peer's authenticated identity, -1 for none. */
  peerConnected(peer: PeerKey, seat: number): void
  peerDisconnected(peer: PeerKey): void
  /** Since when (Unix ms) the application has had work that is in no block built or verified yet; null if it has none. */
  work(since: number | null): void
  status(): EngineStatus
  /** Resolves when the commit under way, if any, is done. Nothing is sent any more once it was called. */
  stop(): Promise<void>
}

export interface EngineStatus {
  readonly view: View
  readonly leader: number
  readonly finalHeight: Height
  readonly finalView: View
  /** Above `finalView` while blocks are still being fetched or executed. */
  readonly decidedView: View
  readonly failedViews: number
  readonly connectedSeats: number
  readonly isFinished: boolean
  readonly isRunning: boolean
}
