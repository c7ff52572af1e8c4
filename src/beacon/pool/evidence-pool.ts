/** Evidence that waits for a block: verified on arrival, once per signer, instance and view. */

import type { Network } from '../../primitives/forks.ts'
import { instanceKey } from '../../primitives/ids.ts'
import type { SignatureScheme } from '../../primitives/signatures.ts'
import { committeeOf } from '../committees.ts'
import { type Evidence, verifyEvidence } from '../evidence.ts'
import { evidenceKey } from '../keys.ts'
import type { BeaconStateView } from '../state.ts'

export type EvidenceRefusal =
  | 'MALFORMED'
  | 'UNKNOWN_INSTANCE'
  | 'ALREADY_KNOWN'
  | 'NOT_AN_OFFENCE'
  | 'POOL_FULL'

export type EvidenceAdmission =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: EvidenceRefusal }

export const POOLED_EVIDENCE_MAX = 256

export class EvidencePool {
  readonly #network: Network
  readonly #signatures: SignatureScheme
  readonly #waiting = new Map<string, Evidence>()

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
    if (this.#waiting.has(nameOf(evidence)) || this.#isStored(evidence, state)) {
      return { ok: false, reason: 'ALREADY_KNOWN' }
    }
    if (this.size >= POOLED_EVIDENCE_MAX) return { ok: false, reason: 'POOL_FULL' }
    if (verifyEvidence(committee, this.#signatures, evidence) === null) {
      return { ok: false, reason: 'NOT_AN_OFFENCE' }
    }
    this.#waiting.set(nameOf(evidence), evidence)
    return { ok: true }
  }

  /** The oldest first. */
  select(countMax: number): Evidence[] {
    return [...this.#waiting.values()].slice(0, countMax)
  }

  /** Forgets what is in the state, and what is too old to get there. */
  prune(state: BeaconStateView, epoch: number): void {
    const { evidenceEpochs } = state.params()
    for (const [name, evidence] of this.#waiting) {
      const isTooOld = evidence.instance.epoch + evidenceEpochs < epoch
      if (isTooOld || this.#isStored(evidence, state)) this.#waiting.delete(name)
    }
  }

  #isStored({ instance, votes }: Evidence, state: BeaconStateView): boolean {
    const member = committeeOf(state, this.#network, instance)?.members[votes[0].signer]
    return member !== undefined && state.has(evidenceKey(instance, votes[0].view, member.validator))
  }
}

function nameOf({ instance, votes }: Evidence): string {
  return `${instanceKey(instance)}/${votes[0].view}/${votes[0].signer}`
}
