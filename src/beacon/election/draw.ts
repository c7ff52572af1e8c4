/**
 * The draw: successive sampling by weight without replacement, in exact integers. Weights lie end to end on a line; each draw takes a
 * point of what is left of it. Elected stretches are skipped without moving the others, so the Merkle-sum tree over the line stays
 * the same for all seats and each seat can be proven on its own.
 */

import type { Hex } from '../../primitives/bytes.ts'
import type { RollupId } from '../../primitives/ids.ts'
import { uniform } from './uniform.ts'

export interface Elected {
  /** Indices into the weights, in elected order. */
  readonly seats: readonly number[]
  /** The ordered reserves. */
  readonly standby: readonly number[]
}

const STANDBY_MAX = 3

/** A stretch [start, start + length) of the line that is elected already. */
interface Stretch {
  readonly start: bigint
  readonly length: bigint
}

/** Weights end to end; made once for many draws. */
export interface Line {
  readonly weights: readonly bigint[]
  /** Where each weight's stretch starts. */
  readonly starts: readonly bigint[]
  readonly total: bigint
  /** Positive weights. */
  readonly candidates: number
}

/** One draw, as it went. */
export interface DrawStep {
  /** Of the weights. */
  readonly index: number
  /** What is left of the line, the bound of the number. */
  readonly left: bigint
  /** Drawn, below `left`. */
  readonly number: bigint
  /** Where it lies on the whole line, elected stretches skipped. */
  readonly point: bigint
}

export function lineOf(weights: readonly bigint[]): Line {
  let total = 0n
  const starts = weights.map((weight) => {
    const start = total
    total += weight
    return start
  })
  return { weights, starts, total, candidates: weights.filter((weight) => weight > 0n).length }
}

/** Elects `seats` of the positive weights and, of the rest, up to three reserves; null if there are fewer than `seats`. */
export function elect(
  weights: readonly bigint[],
  seed: Hex,
  rollup: RollupId,
  seats: number,
): Elected | null {
  const steps = drawSteps(lineOf(weights), seed, rollup, seats)
  if (steps === null) return null
  const order = steps.map(({ index }) => index)
  return { seats: order.slice(0, seats), standby: order.slice(seats) }
}

export function standbyCount(candidates: number, seats: number): number {
  return Math.min(STANDBY_MAX, candidates - seats)
}

/** Those of the seats, and of the reserves behind them; null if there are too few. */
export function drawSteps(line: Line, seed: Hex, rollup: RollupId, seats: number): DrawStep[] | null {
  if (seats < 1 || line.candidates < seats) return null
  const count = seats + standbyCount(line.candidates, seats)
  let left = line.total
  const taken: Stretch[] = []
  const steps: DrawStep[] = []
  for (let draw = 0; draw < count; draw++) {
    const number = uniform(seed, rollup, draw, left)
    const point = skipTaken(number, taken)
    const index = indexAt(line.starts, point)
    steps.push({ index, left, number, point })
    insert(taken, { start: line.starts[index]!, length: line.weights[index]! })
    left -= line.weights[index]!
  }
  return steps
}

/** Moves a point of what is left to the whole line. `taken` ascends by start. */
function skipTaken(point: bigint, taken: readonly Stretch[]): bigint {
  let moved = point
  for (const { start, length } of taken) {
    if (moved < start) break
    moved += length
  }
  return moved
}

/** The last index that starts at or before `point`: of equal starts only the last one has a weight. */
function indexAt(starts: readonly bigint[], point: bigint): number {
  let low = 0
  let high = starts.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (starts[middle]! <= point) low = middle
    else high = middle
  }
  return low
}

function insert(taken: Stretch[], stretch: Stretch): void {
  const at = taken.findIndex(({ start }) => start > stretch.start)
  taken.splice(at === -1 ? taken.length : at, 0, stretch)
}
