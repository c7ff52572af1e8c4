/** Evidence that waits for a block: verified on arrival, one piece per validator, which is expelled for it. */

import type { Member } from '../../consensus/committee.ts'
import type { Network } from '../../primitives/forks.ts'
import type { SignatureScheme } from '../../primitives/signatures.ts'
import { committeeOf } from '../committees.ts'
import { type Evidence, verifyEvidence } from '../evidence.ts'
import type { BeaconStateView } from '../state.ts'

export type EvidenceRefusal = 'MALFORMED' | 'UNKNOWN_INSTANCE' | 'ALREADY_KNOWN' | 'NOT_AN_OFFENCE'

export type EvidenceAdmission =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: EvidenceRefusal }

export class EvidencePool {
  readonly #network: Network
  readonly #signatures: SignatureScheme
  /** By validator. */
  readonly #waiting = new Map<number, Evidence>()

  constructor(network: Network, signatures: SignatureScheme) {
    this.#network = network
    this.#signatures = signatures
  }

  get size(): number {
    return this.#waiting.size
  }

  /** Judged by `state`, the latest final one. */
  add(evidence: Evidence, state: BeaconStateView): EvidenceAdmission {
    const committee = committeeOf(state, this.#network, evidence.instance)
    if (committee === null) return { ok: false, reason: 'UNKNOWN_INSTANCE' }
    const member = committee.members[evidence.votes[0].signer]
    if (member === undefined) return { ok: false, reason: 'NOT_AN_OFFENCE' }
    const { validator } = member
    if (this.#waiting.has(validator) || isExpelled(state, validator)) {
      return { ok: false, reason: 'ALREADY_KNOWN' }
    }
    if (verifyEvidence(committee, this.#signatures, evidence) === null) {
      return { ok: false, reason: 'NOT_AN_OFFENCE' }
    }
    this.#waiting.set(validator, evidence)
    return { ok: true }
  }

  /** The oldest first. */
  select(countMax: number): Evidence[] {
    return [...this.#waiting.values()].slice(0, countMax)
  }

  /** Forgets those who were expelled, what is too old for a block, and what a committee that was changed has made void. */
  prune(state: BeaconStateView, epoch: number): void {
    const { evidenceEpochs } = state.params()
    for (const [validator, evidence] of this.#waiting) {
      const isTooOld = evidence.instance.epoch + evidenceEpochs < epoch
      const isVoid = this.#memberOf(evidence, state)?.validator !== validator
      if (isTooOld || isVoid || isExpelled(state, validator)) this.#waiting.delete(validator)
    }
  }

  #memberOf({ instance, votes }: Evidence, state: BeaconStateView): Member | undefined {
    return committeeOf(state, this.#network, instance)?.members[votes[0].signer]
  }
}

function isExpelled(state: BeaconStateView, validator: number): boolean {
  return state.validator(validator)!.tombstonedIn !== null
}
