/** How a committee was drawn, number by number, from what the Beacon Layer says of stakes and seed: anybody can do it again. */

import { drawSteps, lineOf } from '../../beacon/election/draw.ts'
import { drawnOrder } from '../../beacon/election/reserves.ts'
import { rollupId } from '../../primitives/ids.ts'
import { formatTokens } from '../amounts.ts'
import type { CommitteeAnswer, ValidatorSetAnswer } from '../beacon-answers.ts'
import { table } from '../output.ts'

/** Amounts are in wei. */
export interface ExplainedDraw {
  /** The line that is drawn from: those below the rollup's minimum stake have no place on it. */
  readonly line: readonly {
    readonly validator: number
    readonly stake: string
    /** The stake, capped to a fifth of the whole. */
    readonly weight: string
    readonly from: string
    readonly to: string
  }[]
  readonly total: string
  readonly steps: readonly {
    /** `seat 0`, ..., `standby 0`, ... */
    readonly place: string
    /** Drawn below `left`, which is what others had not taken yet. */
    readonly number: string
    readonly left: string
    /** Where that is on the line. */
    readonly point: string
    readonly validator: number
  }[]
  /** Whether this gives the committee that the Beacon Layer has. */
  readonly agrees: boolean
}

export function explainDraw(
  committee: CommitteeAnswer,
  { validators }: ValidatorSetAnswer,
  minStake: bigint,
): ExplainedDraw | null {
  const weights = validators.map(({ stake, weight }) => (BigInt(stake) >= minStake ? BigInt(weight) : 0n))
  const line = lineOf(weights)
  const seats = committee.seats.length
  const steps = drawSteps(line, committee.seed, rollupId(committee.rollup.id), seats)
  if (steps === null) return null
  const order = steps.map(({ index }) => validators[index]!.validator)
  const claimed = drawnOrder({
    seats: committee.seats.map(({ validator }) => validator),
    standby: committee.standby.map(({ validator }) => validator),
    replaced: committee.replaced,
  })
  return {
    line: validators.map(({ validator, stake }, index) => ({
      validator,
      stake,
      weight: String(weights[index]!),
      from: String(line.starts[index]!),
      to: String(line.starts[index]! + weights[index]!),
    })),
    total: String(line.total),
    steps: steps.map(({ number, left, point }, index) => ({
      place: index < seats ? `seat ${index}` : `standby ${index - seats}`,
      number: String(number),
      left: String(left),
      point: String(point),
      validator: order[index]!,
    })),
    agrees:
      order.length === claimed.length && order.every((validator, index) => validator === claimed[index]),
  }
}

export function describeDraw({ line, total, steps, agrees }: ExplainedDraw): string[] {
  return [
    `the line: weights end to end, ${shown(total)} in all`,
    ...table(
      line.map(({ validator, stake, weight, from, to }) => [
        `validator ${validator}`,
        `${shown(stake)} staked`,
        weight === '0' ? 'not drawn from' : `weight ${shown(weight)}`,
        weight === '0' ? '' : `from ${shown(from)} to ${shown(to)}`,
      ]),
    ),
    'the draw: a number below what is left, and where it falls when those elected are skipped',
    ...table(
      steps.map(({ place, number, left, point, validator }) => [
        place,
        `${shown(number)} of ${shown(left)}`,
        `at ${shown(point)}`,
        `validator ${validator}`,
      ]),
    ),
    agrees
      ? 'this is the committee that the Beacon Layer has'
      : 'WARNING: the Beacon Layer has another committee',
  ]
}

/** In tokens, to three decimals: they are there to be looked at. */
function shown(wei: string): string {
  return formatTokens((BigInt(wei) / 10n ** 15n) * 10n ** 15n)
}
