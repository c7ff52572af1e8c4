/** Watches a whole run and hands each event to the invariants that it could break. */

import type { Block } from '../../../../src/consensus/block.ts'
import type { Committee } from '../../../../src/consensus/committee.ts'
import type { LeaderSchedule } from '../../../../src/consensus/leaders.ts'
import { decodeMessage, type Message } from '../../../../src/consensus/message.ts'
import type { Evidence } from '../../../../src/consensus/turn.ts'
import { type Certificate, type Vote, voteMessage } from '../../../../src/consensus/vote.ts'
import { decodeWalRecord } from '../../../../src/consensus/wal.ts'
import type { SimulatedTime } from '../../../../src/platform/simulated/time.ts'
import type { SignatureScheme } from '../../../../src/primitives/signatures.ts'
import { hasOwnBody } from '../application.ts'
import { isLawful, type Scenario } from '../scenario.ts'
import { Breaches } from './breaches.ts'
import { CertificateChecks, type SignatureRegistry } from './certificates.ts'
import { ChainChecks, type Watched } from './chain.ts'
import { Liveness, type Period } from './liveness.ts'
import { ReleasedVotes } from './released-votes.ts'
import { VoteChecks } from './votes.ts'

/** Certificates and blocks are longer; decoding them all would take a while. */
const VOTE_RECORD_BYTES_MAX = 64

export interface RefereeOptions {
  readonly time: SimulatedTime
  readonly scenario: Scenario
  readonly committee: Committee
  readonly scheme: SignatureScheme
  readonly registry: SignatureRegistry
  readonly genesis: Block
  readonly leaders: LeaderSchedule
  readonly period: Period
}

export class Referee {
  readonly breaches = new Breaches()
  readonly chain: ChainChecks
  readonly liveness: Liveness
  evidence = 0
  highestView = 0
  readonly #options: RefereeOptions
  readonly #votes: ReleasedVotes
  readonly #voteChecks: VoteChecks
  readonly #certificates: CertificateChecks
  /** Blocks that an honest leader has proposed, by digest. */
  readonly #proposed = new Map<string, Block>()
  /** Messages of Byzantine nodes that were looked at: the same bytes go to several peers. */
  readonly #seen = new WeakSet<Uint8Array>()

  constructor(options: RefereeOptions) {
    const { committee, scheme, registry, scenario, genesis, leaders, period } = options
    const { length, isOverloaded } = scenario
    this.#options = options
    this.#votes = new ReleasedVotes(committee)
    this.#voteChecks = new VoteChecks(
      this.#votes,
      (seat) => isLawful(scenario.styles[seat]!),
      isOverloaded,
      this.breaches,
    )
    this.#certificates = new CertificateChecks(committee, scheme, registry, this.#votes)
    this.chain = new ChainChecks({ genesis, leaders, length, isOverloaded }, this.#votes, this.breaches)
    this.liveness = new Liveness(scenario, leaders, period, this.breaches)
  }

  /** An honest node's log can't lose these any more, so the votes in them may leave at any time. */
  onDurable(node: Watched, records: readonly Uint8Array[]): void {
    for (const bytes of records) {
      const record = bytes.length > VOTE_RECORD_BYTES_MAX ? null : decodeWalRecord(bytes)
      if (record?.type === 'vote') this.#voteChecks.onReleased({ ...record, signer: node.seat })
    }
  }

  /** An honest node lets a message go. */
  onSent(node: Watched, message: Message): void {
    if (message.type === 'vote' || message.type === 'proposal') this.#onVote(node, message.vote)
    if (message.type === 'proposal') this.#proposed.set(message.block.digest, message.block)
    for (const certificate of vouchedFor(message)) {
      if (!this.#onCertificate(certificate))
        this.breaches.report('S6', `${node.label} passes on a ${certificate.kind} certificate that is forged`)
    }
  }

  /** A Byzantine node lets a message go: what holds in it counts, the rest is noise. */
  onByzantineSent(bytes: Uint8Array): void {
    if (this.#seen.has(bytes)) return
    this.#seen.add(bytes)
    const message = decodeIfPossible(bytes)
    if (message === null) return
    if ((message.type === 'vote' || message.type === 'proposal') && this.#isAuthentic(message.vote))
      this.#voteChecks.onReleased(message.vote)
    for (const certificate of vouchedFor(message)) this.#onCertificate(certificate)
    const isWrongBody = message.type === 'block' && !hasOwnBody(message.block)
    if (isWrongBody) this.liveness.onBodyRefused(this.#options.time.now())
  }

  /** A Byzantine node keeps to itself what an honest one would have sent. */
  onByzantineSilence(bytes: Uint8Array): void {
    const { type } = decodeMessage(bytes)
    if (type === 'block') this.liveness.onBodyRefused(this.#options.time.now())
    if (type === 'chainResponse') this.liveness.onChainRefused(this.#options.time.now())
  }

  onCommit(node: Watched, blocks: readonly Block[], certificate: Certificate): void {
    const last = blocks[blocks.length - 1]!
    const isOfLast = certificate.kind === 'F' && certificate.digest === last.digest
    if (!isOfLast || !this.#onCertificate(certificate))
      this.breaches.report('S6', `${node.label} commits without a certificate that holds`)
    this.chain.onCommit(node, blocks)
    this.liveness.onCommit(node, this.chain.heightOf(node), this.#options.time.now())
  }

  /** S7: nobody honest is accused, and what is called evidence contradicts itself. */
  onEvidence(node: Watched, { first, second, kind }: Evidence): void {
    this.evidence++
    const isHonest = isLawful(this.#options.scenario.styles[first.signer]!)
    if (isHonest) this.breaches.report('S7', `${node.label} accuses honest seat ${first.signer}`)
    const isProof = contradicts(first, second) && this.#isAuthentic(first) && this.#isAuthentic(second)
    if (!isProof) this.breaches.report('S7', `${node.label} has ${kind} evidence that proves nothing`)
  }

  /** S7 again, at the end of a run: whatever excludes each other, a third of the weight has signed twice for it. */
  checkGuilt(): { readonly hasSplit: boolean; readonly guilty: readonly number[] } {
    const guilty = [...this.#votes.guilty()]
    const hasSplit = this.chain.hasForked || this.#voteChecks.splitViews.size > 0
    const weight = guilty.reduce((sum, seat) => sum + this.#votes.weights[seat]!, 0)
    if (hasSplit && 3 * weight < this.#votes.total)
      this.breaches.report('S7', `a fork convicts only ${weight} of ${this.#votes.total}: seats ${guilty}`)
    return { hasSplit, guilty }
  }

  #onVote(node: Watched, vote: Vote): void {
    this.highestView = Math.max(this.highestView, vote.view)
    if (vote.signer !== node.seat)
      this.breaches.report('S3', `${node.label} sends a vote of seat ${vote.signer} as its own`)
    if (vote.kind !== 'X') this.liveness.onBlockVote(node, vote.view)
    this.#voteChecks.onReleased(vote)
    if (vote.kind === 'F') this.#checkS4Executed(node, vote)
  }

  /** Perhaps in an earlier life. */
  #checkS4Executed(node: Watched, { digest }: Vote): void {
    const block = this.#proposed.get(digest)
    const isUnseen = block !== undefined && !node.store.hasEverExecuted(block)
    if (isUnseen) this.breaches.report('S4', `${node.label} finalizes a block that it has not executed`)
  }

  /** Whose signatures a certificate shows have voted, however that came about. */
  #onCertificate(certificate: Certificate): boolean {
    const verdict = this.#certificates.judge(certificate)
    if (verdict === 'new') {
      const { kind, view, digest } = certificate
      for (const signer of this.#certificates.signersOf(certificate))
        this.#voteChecks.onReleased({ kind, view, digest, signer })
    }
    return verdict !== 'forged'
  }

  #isAuthentic({ kind, view, digest, signer, signature }: Vote): boolean {
    const { committee, scheme } = this.#options
    const member = committee.members[signer]
    if (member === undefined) return false
    return scheme.verify(member.publicKey, voteMessage(committee, kind, view, digest), signature)
  }
}

/** The certificates that a message's sender has verified if it is honest; a block that it merely holds may have any. */
function vouchedFor(message: Message): readonly Certificate[] {
  switch (message.type) {
    case 'certificate':
    case 'chainResponse':
      return [message.certificate]
    case 'proposal':
      return [...message.certificates, ...message.block.justification]
    default:
      return []
  }
}

function decodeIfPossible(bytes: Uint8Array): Message | null {
  try {
    return decodeMessage(bytes)
  } catch {
    return null
  }
}

function contradicts(first: Vote, second: Vote): boolean {
  if (first.view !== second.view || first.signer !== second.signer) return false
  const kinds = new Set([first.kind, second.kind])
  if (kinds.has('X')) return kinds.has('F')
  return first.digest !== second.digest
}
