/** The draw: successive sampling by weight without replacement, in exact integers; see src/beacon/election/draw.ts. */

import { U256 } from '../primitives/uint'
import { uniform } from './uniform'

const STANDBY_MAX = 3

/** A stretch [start, start + length) of the line that is elected already. */
class Stretch {
  constructor(
    readonly start: U256,
    readonly length: U256,
  ) {}
}

/** Indices into the weights: those of `seats`, then of up to three reserves; null if there are fewer positive weights than `seats`. */
export function elect(weights: U256[], seed: string, rollup: i64, seats: i32): i32[] | null {
  let total = U256.ZERO
  let candidates = 0
  const starts: U256[] = []
  for (let i = 0; i < weights.length; i++) {
    starts.push(total)
    total = total + weights[i]
    if (!weights[i].isZero) candidates++
  }
  if (seats < 1 || candidates < seats) return null
  const count = seats + min(STANDBY_MAX, candidates - seats)
  let left = total
  const taken: Stretch[] = []
  const order: i32[] = []
  for (let draw = 0; draw < count; draw++) {
    const point = skipTaken(uniform(seed, rollup, draw, left), taken)
    const index = indexAt(starts, point)
    order.push(index)
    insert(taken, new Stretch(starts[index], weights[index]))
    left = left - weights[index]
  }
  return order
}

/** Moves a point of what is left to the whole line. `taken` ascends by start. */
function skipTaken(point: U256, taken: Stretch[]): U256 {
  let moved = point
  for (let i = 0; i < taken.length; i++) {
    if (moved < taken[i].start) break
    moved = moved + taken[i].length
  }
  return moved
}

/** The last index that starts at or before `point`: of equal starts only the last one has a weight. */
function indexAt(starts: U256[], point: U256): i32 {
  let low = 0
  let high = starts.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (starts[middle] <= point) low = middle
    else high = middle
  }
  return low
}

function insert(taken: Stretch[], stretch: Stretch): void {
  taken.push(stretch)
  for (let i = taken.length - 1; i > 0 && taken[i - 1].start > stretch.start; i--) {
    taken[i] = taken[i - 1]
    taken[i - 1] = stretch
  }
}
