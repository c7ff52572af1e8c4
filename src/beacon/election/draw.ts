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

/** Elects `seats` of the positive weights and, of the rest, up to three reserves; null if there are fewer than `seats`. */
export function elect(
  weights: readonly bigint[],
  seed: Hex,
  rollup: RollupId,
  seats: number,
): Elected | null {
  const candidates = weights.filter((weight) => weight > 0n).length
  if (seats < 1 || candidates < seats) return null
  const order = drawOrder(weights, seed, rollup, seats + standbyCount(candidates, seats))
  return { seats: order.slice(0, seats), standby: order.slice(seats) }
}

export function standbyCount(candidates: number, seats: number): number {
  return Math.min(STANDBY_MAX, candidates - seats)
}

function drawOrder(weights: readonly bigint[], seed: Hex, rollup: RollupId, count: number): number[] {
  const starts = startsOf(weights)
  let left = weights.reduce((sum, weight) => sum + weight, 0n)
  const taken: Stretch[] = []
  const order: number[] = []
  for (let draw = 0; draw < count; draw++) {
    const point = skipTaken(uniform(seed, rollup, draw, left), taken)
    const index = indexAt(starts, point)
    order.push(index)
    insert(taken, { start: starts[index]!, length: weights[index]! })
    left -= weights[index]!
  }
  return order
}

function startsOf(weights: readonly bigint[]): bigint[] {
  let sum = 0n
  return weights.map((weight) => {
    const start = sum
    sum += weight
    return start
  })
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
