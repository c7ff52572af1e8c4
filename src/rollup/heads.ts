/**
 * How far the chain has climbed the ladder: for each rung the highest block that reached it. In: facts from consensus, the Beacon
 * Layer and the L1, in any order. Pointers move forward only, but that an L1 reorg takes `posted` back to `beacon`. A block stands on
 * a rung only if it stands on all below, so a fact that comes early (a batch on the L1 before its record) waits for the earlier rung.
 */

import { HEAD_RUNGS, type HeadRung, type Rung } from '../primitives/ladder.ts'

/** Unix ms at which a block reached each rung. */
export type RungTimes = Readonly<Partial<Record<Rung, number>>>

export interface Climb {
  readonly rung: HeadRung
  /** Blocks above `from`, up to `to`, have just reached the rung; `to` below `from`: they have left it. */
  readonly from: number
  readonly to: number
  readonly at: number
}

/** Blocks whose times are remembered. */
const TIMES_MAX = 4_096

export class Heads {
  /** What is known of each rung alone; -1 for nothing. */
  readonly #reached: Record<HeadRung, number>
  readonly #times = new Map<number, Partial<Record<Rung, number>>>()
  readonly #listeners = new Set<(climb: Climb) => void>()

  constructor(reached: Partial<Record<HeadRung, number>> = {}) {
    this.#reached = { soft: -1, beacon: -1, posted: -1, final: -1, settled: -1, ...reached }
  }

  /** The highest block on `rung` or above it; -1 if there is none. */
  height(rung: HeadRung): number {
    let height = Number.POSITIVE_INFINITY
    for (const below of HEAD_RUNGS) {
      height = Math.min(height, this.#reached[below])
      if (below === rung) break
    }
    return height
  }

  all(): Readonly<Record<HeadRung, number>> {
    return Object.fromEntries(HEAD_RUNGS.map((rung) => [rung, this.height(rung)])) as Record<HeadRung, number>
  }

  /** The rung of a final block; null above the soft head. */
  rungOf(height: number): HeadRung | null {
    return HEAD_RUNGS.findLast((rung) => this.height(rung) >= height) ?? null
  }

  times(height: number): RungTimes {
    return this.#times.get(height) ?? {}
  }

  /** All blocks up to `height` have reached `rung`, at Unix ms `at`. A lower height than before changes nothing. */
  climb(rung: HeadRung, height: number, at: number): void {
    if (height <= this.#reached[rung]) return
    this.#move(at, () => {
      this.#reached[rung] = height
    })
  }

  /** A block that isn't final yet was proposed or notarized. */
  note(rung: 'proposed' | 'notarized', height: number, at: number): void {
    const times = this.#timesOf(height)
    times[rung] ??= at
  }

  /** An L1 reorg: batches above `height` aren't on the L1 any more. Final blocks are beyond its reach. */
  reorganize(height: number, at: number): void {
    const lowered = Math.max(height, this.#reached.final)
    if (lowered >= this.#reached.posted) return
    this.#move(at, () => {
      this.#reached.posted = lowered
    })
  }

  /** Calls `listener` for each rung whose head moves; the returned function ends that. */
  onClimb(listener: (climb: Climb) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #move(at: number, change: () => void): void {
    const before = this.all()
    change()
    const after = this.all()
    for (const rung of HEAD_RUNGS) {
      if (before[rung] === after[rung]) continue
      this.#recordTimes(rung, before[rung], after[rung], at)
      for (const listener of this.#listeners) listener({ rung, from: before[rung], to: after[rung], at })
    }
  }

  #recordTimes(rung: HeadRung, from: number, to: number, at: number): void {
    for (let height = Math.max(from + 1, to - TIMES_MAX + 1); height <= to; height++) {
      const times = this.#timesOf(height)
      times[rung] = at
      // Who hears of a block by its finality certificate knows only then that it was proposed and notarized.
      if (rung !== 'soft') continue
      times.proposed ??= at
      times.notarized ??= at
    }
    for (let height = to + 1; height <= from; height++) delete this.#times.get(height)?.[rung]
  }

  #timesOf(height: number): Partial<Record<Rung, number>> {
    let times = this.#times.get(height)
    if (times === undefined) {
      times = {}
      this.#times.set(height, times)
      if (this.#times.size > TIMES_MAX) this.#times.delete(this.#times.keys().next().value!)
    }
    return times
  }
}
