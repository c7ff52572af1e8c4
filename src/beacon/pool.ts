/**
 * What waits for a Beacon block: actions, records, evidence. Everything is judged by the latest final state when it comes in, again
 * after each final block, and by the state-transition function when a block is composed. What is new is told to the listeners, who
 * pass it on to the other validators.
 */

import { DecodeError } from '../primitives/codec.ts'
import type { Network } from '../primitives/forks.ts'
import type { SignatureScheme } from '../primitives/signatures.ts'
import { decodeEvidence, type Evidence, encodeEvidence } from './evidence.ts'
import type { RecoverAddress } from './host.ts'
import { ACTIONS_BYTES_MAX, ACTIONS_MAX, EVIDENCE_MAX, RECORDS_MAX } from './payload.ts'
import { type ActionAdmission, ActionPool } from './pool/action-pool.ts'
import { type EvidenceAdmission, EvidencePool } from './pool/evidence-pool.ts'
import { type RecordAdmission, RecordPool } from './pool/record-pool.ts'
import { decodeRecord, encodeRecord, type RollupRecord } from './record.ts'
import type { BeaconStateView } from './state.ts'
import type { BlockContents } from './transition.ts'

/** Something new, in its wire form. */
export interface PoolItem {
  readonly type: 'action' | 'record' | 'evidence'
  readonly bytes: Uint8Array
}

/** What of a block's contents comes from the pool. */
export type PoolContents = Omit<BlockContents, 'attendance'>

export type PoolAdmission = ActionAdmission | RecordAdmission | EvidenceAdmission

export class BeaconPool {
  readonly actions: ActionPool
  readonly records: RecordPool
  readonly evidence: EvidencePool
  readonly #finalState: () => BeaconStateView
  readonly #listeners = new Set<(item: PoolItem) => void>()

  constructor(
    network: Network,
    collaborators: { signatures: SignatureScheme; recoverAddress: RecoverAddress },
    finalState: () => BeaconStateView,
  ) {
    this.actions = new ActionPool(network, collaborators.recoverAddress)
    this.records = new RecordPool(network, collaborators.signatures)
    this.evidence = new EvidencePool(network, collaborators.signatures)
    this.#finalState = finalState
  }

  /** Takes an item from a peer. */
  addItem({ type, bytes }: PoolItem): PoolAdmission {
    if (type === 'action') return this.addAction(bytes)
    try {
      return type === 'record' ? this.addRecord(decodeRecord(bytes)) : this.addEvidence(decodeEvidence(bytes))
    } catch (error) {
      if (error instanceof DecodeError) return { ok: false, reason: 'MALFORMED' }
      throw error
    }
  }

  addAction(bytes: Uint8Array): ActionAdmission {
    const admission = this.actions.add(bytes, this.#finalState())
    if (admission.ok) this.#tell({ type: 'action', bytes })
    return admission
  }

  /** Of final rollup blocks: their headers in order, and the F certificate of the last. */
  addRecord(record: RollupRecord): RecordAdmission {
    const admission = this.records.add(record, this.#finalState())
    if (admission.ok) this.#tell({ type: 'record', bytes: encodeRecord(record) })
    return admission
  }

  addEvidence(evidence: Evidence): EvidenceAdmission {
    const admission = this.evidence.add(evidence, this.#finalState())
    if (admission.ok) this.#tell({ type: 'evidence', bytes: encodeEvidence(evidence) })
    return admission
  }

  /** Returns what ends the subscription. */
  subscribe(listener: (item: PoolItem) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Candidates for a block on top of `state`, within a block's bounds. */
  select(state: BeaconStateView): PoolContents {
    return {
      evidence: this.evidence.select(EVIDENCE_MAX),
      records: this.records.select(state, RECORDS_MAX),
      actions: this.actions.select(state, ACTIONS_MAX, ACTIONS_BYTES_MAX),
    }
  }

  /** After each final block. */
  prune(epoch: number): void {
    const state = this.#finalState()
    this.actions.prune(state)
    this.records.prune(state)
    this.evidence.prune(state, epoch)
  }

  #tell(item: PoolItem): void {
    for (const listener of this.#listeners) listener(item)
  }
}
