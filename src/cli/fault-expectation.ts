/** What a schedule of faults expects, judged by two sights of the network: the one from which it counts, and the present one. */

import type { FaultExpectation } from '../config/fault-steps.ts'
import type { HeadRung } from '../primitives/ladder.ts'
import type { Sight } from './fault-sight.ts'

export function describeExpectation(expected: FaultExpectation): string {
  if ('offence' in expected) return `${expected.offence} is slashed and expelled`
  if ('beaconBlocks' in expected) return `${expected.beaconBlocks} more Beacon blocks are final`
  if ('standsStillMs' in expected) return `${expected.rollup} stands still for ${expected.standsStillMs} ms`
  return `a new block of ${expected.rollup} is '${expected.rung ?? 'soft'}'`
}

/** Whether it is met, asked with each sight in turn. */
export function judge(expected: FaultExpectation, since: Sight): (now: Sight) => boolean {
  if ('offence' in expected) {
    return ({ evidence }) =>
      evidence.some(
        ({ validator, height }) => `validator-${validator}` === expected.offence && height > since.beacon,
      )
  }
  if ('beaconBlocks' in expected) return ({ beacon }) => beacon >= since.beacon + expected.beaconBlocks
  const { rollup } = expected
  if (!('standsStillMs' in expected)) {
    return (now) => heightOf(now, rollup, expected.rung) > heightOf(since, rollup)
  }
  let last = since
  return (now) => {
    if (heightOf(now, rollup) > heightOf(last, rollup)) last = now
    return now.at - last.at >= expected.standsStillMs
  }
}

/** What there was to be seen instead. */
export function describeSight(expected: FaultExpectation, since: Sight, now: Sight): string {
  if ('offence' in expected) {
    const earlier = now.evidence.find(({ validator }) => `validator-${validator}` === expected.offence)
    if (earlier !== undefined)
      return `it was expelled before, in Beacon block ${earlier.height}, and that for good`
  }
  if (!('rollup' in expected)) return `the Beacon Layer went from block ${since.beacon} to ${now.beacon}`
  const { rollup } = expected
  const rung = ('rung' in expected ? expected.rung : undefined) ?? 'soft'
  return `it was at block ${heightOf(since, rollup)}, and '${rung}' is ${heightOf(now, rollup, rung)} now`
}

export function heightOf({ rollups }: Sight, rollup: string, rung: HeadRung = 'soft'): number {
  return rollups.get(rollup)?.[rung] ?? 0
}
