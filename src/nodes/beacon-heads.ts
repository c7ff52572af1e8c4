/** The finalised Beacon blocks that a seat has heard of from its validator, as the rollup's rules want them. */

import {
  type BeaconHead,
  type BeaconView,
  REFERENCE_LAG_MAX,
  REFERENCE_SLACK,
} from '../rollup/beacon-view.ts'

export const BEACON_HEADS_KEPT = REFERENCE_LAG_MAX + REFERENCE_SLACK

export class BeaconHeads implements BeaconView {
  readonly #byHeight = new Map<number, BeaconHead>()
  #newest: BeaconHead | null = null

  add(head: BeaconHead): void {
    if (this.#newest !== null && head.height <= this.#newest.height) return
    this.#newest = head
    this.#byHeight.set(head.height, head)
    this.#byHeight.delete(head.height - BEACON_HEADS_KEPT)
  }

  finalised(): BeaconHead | null {
    return this.#newest
  }

  at(height: number): BeaconHead | null {
    return this.#byHeight.get(height) ?? null
  }
}
