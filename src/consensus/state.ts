/** What one node knows of one instance. Owned by the engine's host, changed only inside `step`. */

import type { Hex } from '../primitives/bytes.ts'
import { type Height, type View, view } from '../primitives/ids.ts'
import type { Block } from './block.ts'
import type { Header } from './header.ts'
import type { PeerKey } from './message.ts'
import type { Certificate, Vote, VoteKind } from './vote.ts'

/** One view: the votes seen in it, the certificates, and what this node itself has signed. */
export interface Round {
  readonly view: View
  /** The first vote of each seat, by kind; conflicting ones become evidence. */
  readonly votes: Readonly<Record<VoteKind, Map<number, Vote>>>
  readonly certificates: Record<VoteKind, Certificate | null>
  readonly mine: { N: Hex | null; X: boolean; F: Hex | null }
  /** Digest of the first block that the leader proposed while we were in this view. */
  proposal: Hex | null
  /** That block turned out invalid: give the view up without waiting. */
  proposalRefused: boolean
  notarizationObserved: boolean
}

export interface HeldBlock {
  readonly block: Block
  execution: 'none' | 'running' | 'valid'
  /** Whether the write-ahead log has it. */
  logged: boolean
}

export interface Peer {
  /** Its seat in the committee, which the transport vouches for; -1 for an observer. */
  readonly seat: number
  /** The highest view that it is known to have entered. */
  view: View
  /** Not before this do we send it our entry certificate for being late again. */
  helpAt: number
  /** Blocks sent to it in the current window, which bounds what a need can make us send. */
  bodies: number
  bodiesUntil: number
  /** It sent something that no honest node sends; ignored from then on. */
  muted: boolean
}

/** A certificate or block asked for, and when to ask again, more widely. */
export interface OpenNeed {
  readonly view: View
  readonly digest: Hex | null
  attempts: number
  retryAt: number
}

export interface ChainFetch {
  /** Whose answer is awaited; null while nobody is asked, because the last answer was bad. */
  readonly peer: PeerKey | null
  readonly retryAt: number
}

/** The block that this node's application is building as leader of `view`. */
export interface Building {
  readonly view: View
  readonly parent: Block
  readonly parentView: View
  readonly certificate: Certificate | null
  readonly justification: readonly Certificate[]
  readonly time: number
}

export interface State {
  view: View
  enteredAt: number
  /** When the view is given up, or once it is: when to repeat that. */
  deadline: number
  relayAt: number
  /** When this node, leading the view, has to propose; Infinity if nothing is to be waited for. */
  proposeAt: number
  /** The certificate that let this node into its view. */
  entry: Certificate | null
  /** A certificate of this view or a later one, about to let it leave. */
  exit: Certificate | null
  /** Views failed in a row. */
  failures: number
  /** By seat: its own views in a row that failed without a word from it. */
  readonly silentViews: Map<number, number>
  readonly rounds: Map<View, Round>
  readonly blocks: Map<Hex, HeldBlock>
  /** Headers of final blocks whose bodies are still to come, from chain responses. */
  readonly ancestry: Map<Hex, Header>
  /** The last block handed to the application to commit. `view` is its certificate's. */
  final: { readonly view: View; readonly block: Block; readonly certificate: Certificate | null }
  /** The best F certificate known; its block may still be missing here. */
  decided: Certificate | null
  /** Everything up to here is durable in the application. */
  durableHeight: Height
  commitsUnderWay: number
  building: Building | null
  /** Since when the application has had work that is in no block yet; null if it has none. */
  workSince: number | null
  readonly peers: Map<PeerKey, Peer>
  readonly needs: Map<string, OpenNeed>
  chainFetch: ChainFetch | null
  /** The peer whose last chain response was of use; others may be as far behind as we are. */
  chainSource: PeerKey | null
  /** Counts peers asked, so that each kind of request goes round all of them. */
  readonly asked: { needs: number; chains: number }
  /** Seats caught sending a signature that isn't theirs: their votes no longer count. */
  readonly banned: Set<number>
  /** Evidence already reported, as "seat:kind". */
  readonly accused: Set<string>
  /** View of the best F certificate that we pushed to everyone. */
  finalityTold: View
  /** The terminal block is committed: from here on the node only serves others. */
  finished: boolean
  halted: boolean
  /** The last wake-up asked of the host. */
  wakeAt: number
}

/** How many views ahead of ours votes are kept: a peer further ahead is followed by its certificates. */
export const VIEW_WINDOW = 256

/** `head` is the last committed block of the instance, or null if there is none yet. */
export function createState(genesis: Block, head: { block: Block; certificate: Certificate } | null): State {
  const final = {
    view: head?.certificate.view ?? view(0),
    block: head?.block ?? genesis,
    certificate: head?.certificate ?? null,
  }
  const state: State = {
    view: view(0),
    enteredAt: 0,
    deadline: Infinity,
    relayAt: Infinity,
    proposeAt: Infinity,
    entry: null,
    exit: null,
    failures: 0,
    silentViews: new Map(),
    rounds: new Map(),
    blocks: new Map([[final.block.digest, { block: final.block, execution: 'valid', logged: true }]]),
    ancestry: new Map(),
    final,
    decided: final.certificate,
    durableHeight: final.block.header.height,
    commitsUnderWay: 0,
    building: null,
    workSince: null,
    peers: new Map(),
    needs: new Map(),
    chainFetch: null,
    chainSource: null,
    asked: { needs: 0, chains: 0 },
    banned: new Set(),
    accused: new Set(),
    finalityTold: view(0),
    finished: false,
    halted: false,
    wakeAt: Infinity,
  }
  if (final.certificate !== null) roundOf(state, final.view).certificates.F = final.certificate
  return state
}

/** The round of a view, created if need be: callers bound which views they ask for. */
export function roundOf(state: State, at: View): Round {
  const known = state.rounds.get(at)
  if (known !== undefined) return known
  const round: Round = {
    view: at,
    votes: { N: new Map(), X: new Map(), F: new Map() },
    certificates: { N: null, X: null, F: null },
    mine: { N: null, X: false, F: null },
    proposal: null,
    proposalRefused: false,
    notarizationObserved: false,
  }
  state.rounds.set(at, round)
  return round
}

/** Everything at or below it is decided; votes there no longer matter. */
export function decidedView(state: State): View {
  return state.decided?.view ?? view(0)
}

/** The certificate that allows blocks to build on a view's block. */
export function notarization(round: Round | undefined): Certificate | null {
  return round?.certificates.F ?? round?.certificates.N ?? null
}

/** Whether a certificate that we hold is about this very block. */
export function isCertified(state: State, block: Block): boolean {
  return (
    notarization(state.rounds.get(block.header.view))?.digest === block.digest ||
    state.decided?.digest === block.digest ||
    state.ancestry.has(block.digest)
  )
}
