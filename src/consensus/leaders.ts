/** Who leads which view. A schedule is a pure function of the committee and a seed; the engine asks it only for views within its window. */

import { bytesToBigint, concatBytes, utf8 } from '../primitives/bytes.ts'
import { ByteWriter } from '../primitives/codec.ts'
import { keccak256 } from '../primitives/hash.ts'
import type { View } from '../primitives/ids.ts'

export interface LeaderSchedule {
  /** The seat that leads `view`, from view 1 on. */
  leaderOf(view: View): number
}

/** Seats in elected order, one view each: for rollup committees, whose seats weigh the same. */
export function roundRobin(seats: number): LeaderSchedule {
  return { leaderOf: (view) => view % seats }
}

/**
 * Smooth weighted round-robin over a seed-shuffled order: a seat of weight w leads w of every W views, spread out, so that a crashed
 * validator with a third of the weight doesn't lead more than two views running. Computed up to the highest view asked for, and
 * remembered at two bytes a view; an instance lives for one epoch.
 */
export function weightedRoundRobin(weights: readonly bigint[], seed: Uint8Array): LeaderSchedule {
  const order = shuffledSeats(weights.length, seed)
  const total = weights.reduce((sum, weight) => sum + weight, 0n)
  const credit = weights.map(() => 0n)
  let leaders = new Uint16Array(1024)
  let known = 1

  function next(): number {
    let best = order[0]!
    for (const seat of order) {
      credit[seat]! += weights[seat]!
      if (credit[seat]! > credit[best]!) best = seat
    }
    credit[best]! -= total
    return best
  }

  return {
    leaderOf(view) {
      while (known <= view) {
        if (known === leaders.length) leaders = grown(leaders)
        leaders[known++] = next()
      }
      return leaders[view]!
    },
  }
}

/** Fisher-Yates; the bias of reducing 256 bits modulo at most 65,536 is below 2^-240. */
function shuffledSeats(count: number, seed: Uint8Array): number[] {
  const seats = Array.from({ length: count }, (_, seat) => seat)
  for (let last = count - 1; last > 0; last--) {
    const word = keccak256(concatBytes(utf8('beacon/leaders/1'), seed, new ByteWriter().u32(last).finish()))
    const chosen = Number(bytesToBigint(word) % BigInt(last + 1))
    const swapped = seats[last]!
    seats[last] = seats[chosen]!
    seats[chosen] = swapped
  }
  return seats
}

function grown(leaders: Uint16Array<ArrayBuffer>): Uint16Array<ArrayBuffer> {
  const larger = new Uint16Array(leaders.length * 2)
  larger.set(leaders)
  return larger
}
