/** What the Beacon Layer says of itself: its head, epoch, validators, committees, and offences. */

import type { CommitteeAnswer, EvidenceAnswer, StatusAnswer, ValidatorSetAnswer } from './answers.ts'
import type { Metrics } from './metrics.ts'
import type { Request } from './rollup-collector.ts'

/** Of the newest evidence so much is looked at. */
const EVIDENCE_MAX = 100
const MS_PER_S = 1_000
const WEI_PER_TOKEN = 1e18

export class LayerCollector {
  readonly #metrics: Metrics['layer']
  /** The newest evidence that is counted. */
  #counted: Pick<EvidenceAnswer, 'height' | 'index'> = { height: -1, index: -1 }

  constructor(metrics: Metrics['layer']) {
    this.#metrics = metrics
  }

  async collect(request: Request, rollups: readonly string[]): Promise<void> {
    const [status, set, evidence, committees] = await Promise.all([
      request<StatusAnswer>('beacon_getStatus'),
      request<ValidatorSetAnswer>('beacon_getValidatorSet'),
      request<readonly EvidenceAnswer[]>('beacon_getEvidence', [EVIDENCE_MAX]),
      Promise.all(rollups.map((name) => request<CommitteeAnswer | null>('beacon_getCommittee', [name]))),
    ])
    this.#setStatus(status)
    this.#setValidators(set)
    for (const [i, committee] of committees.entries()) this.#setCommittee(rollups[i]!, committee)
    this.#count(evidence)
  }

  #setStatus({ head, epoch, pool }: StatusAnswer): void {
    this.#metrics.height.set(head.height)
    this.#metrics.headTime.set(head.time / MS_PER_S)
    this.#metrics.epoch.set(epoch)
    this.#metrics.pool.set({ kind: 'actions' }, pool.actions)
    this.#metrics.pool.set({ kind: 'evidence' }, pool.evidence)
  }

  #setValidators({ validators }: ValidatorSetAnswer): void {
    this.#metrics.validators.set(validators.length)
    for (const { validator, stake, weight } of validators) {
      this.#metrics.stake.set({ validator }, Number(stake) / WEI_PER_TOKEN)
      this.#metrics.weight.set({ validator }, Number(weight) / WEI_PER_TOKEN)
    }
  }

  #setCommittee(rollup: string, committee: CommitteeAnswer | null): void {
    const { seats = [] } = committee ?? {}
    this.#metrics.seats.set({ rollup }, seats.length)
    for (const { validator } of seats) this.#metrics.seat.set({ rollup, validator }, 1)
  }

  #count(evidence: readonly EvidenceAnswer[]): void {
    const inOrder = evidence.toSorted((a, b) => a.height - b.height || a.index - b.index)
    for (const { height, index, offence } of inOrder) {
      const { height: last, index: lastIndex } = this.#counted
      if (height < last || (height === last && index <= lastIndex)) continue
      this.#metrics.offences.inc({ offence })
      this.#counted = { height, index }
    }
  }
}
