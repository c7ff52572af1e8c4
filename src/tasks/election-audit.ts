/**
 * `beacon run election audit`: whether the draw gives what it promises. The first seats must follow the weights (chi-squared); how often each
 * validator has any seat is compared with its exact probability.
 */

import { elect } from '../beacon/election/draw.ts'
import type { RollupAnswer, ValidatorSetAnswer } from '../cli/beacon-answers.ts'
import { inclusionLaw } from '../cli/election/law.ts'
import { ROLLUP_UNKNOWN } from '../cli/network.ts'
import { table } from '../cli/output.ts'
import { defineError } from '../errors/beacon-error.ts'
import type { TaskContext } from '../plugin/context.ts'
import { utf8 } from '../primitives/bytes.ts'
import { ByteWriter } from '../primitives/codec.ts'
import { keccakHex } from '../primitives/hash.ts'
import { rollupId } from '../primitives/ids.ts'
import { chiSquared, chiSquaredTail } from './statistics.ts'

interface Args {
  readonly rollup: string | undefined
  readonly draws: number
  readonly seed: string
  readonly significance: number
}

interface Candidate {
  readonly validator: number
  readonly weight: bigint
}

export interface AuditedValidator {
  readonly validator: number
  /** Of all weight that can be drawn, 0 to 1: how often it should have the first seat. */
  readonly share: number
  /** How often it had. */
  readonly firstSeat: number
  /** How often it had any seat. */
  readonly seats: number
  /** How often it should have. */
  readonly expectedSeats: number
  /** How many standard deviations lie between them. */
  readonly deviations: number
}

/** A count that deviates by no more than this from its mean can't vary. */
const CERTAIN = 1e-2

export const DRAW_REFUTED = defineError<{ draws: number; value: string; degrees: number; p: string }>({
  code: 'X301',
  name: 'DRAW_REFUTED',
  kind: 'check',
  message: ({ draws, value, degrees, p }) =>
    `${draws} draws don't follow the weights: chi-squared is ${value} with ${degrees} degrees of freedom, p = ${p}`,
  hint: () => 'draw again with another --seed: an honest draw is refuted as seldom as --significance says',
})

export const NOTHING_TO_DRAW = defineError<{ rollup: string; candidates: number; sequencers: number }>({
  code: 'X302',
  name: 'NOTHING_TO_DRAW',
  kind: 'user',
  message: ({ rollup, candidates, sequencers }) =>
    `${sequencers} sequencers of '${rollup}' can't be drawn from ${candidates} validators`,
  hint: () => 'name another rollup with --rollup, or start a devnet with more validators',
})

export default async function electionAudit(
  { rollup: name, draws, seed, significance }: Args,
  context: TaskContext,
) {
  const { beacon } = await context.openNetwork()
  const rollups = (await beacon.request('beacon_getRollups')) as RollupAnswer[]
  const rollup = name === undefined ? rollups[0] : rollups.find((one) => one.name === name)
  if (rollup === undefined) {
    throw ROLLUP_UNKNOWN({ name: name ?? 'app', known: rollups.map((one) => one.name) })
  }
  const set = (await beacon.request('beacon_getValidatorSet')) as ValidatorSetAnswer
  const minStake = BigInt(rollup.minStake)
  const candidates = set.validators.map(({ validator, stake, weight }) => ({
    validator,
    weight: BigInt(stake) >= minStake ? BigInt(weight) : 0n,
  }))
  const audited = auditDraws(candidates, rollup, draws, seed)
  show(audited, rollup, context)
  const { chiSquared: value, degrees, p } = audited
  if (p < significance) {
    throw DRAW_REFUTED({ draws, value: value.toFixed(2), degrees, p: p.toExponential(2) })
  }
  return { rollup: rollup.name, epoch: set.epoch, draws, ...audited }
}

export function auditDraws(
  candidates: readonly Candidate[],
  { id, name, sequencers }: Pick<RollupAnswer, 'id' | 'name' | 'sequencers'>,
  draws: number,
  seed: string,
) {
  const weights = candidates.map(({ weight }) => weight)
  const first = weights.map(() => 0)
  const any = weights.map(() => 0)
  for (let draw = 0; draw < draws; draw++) {
    const drawn = elect(weights, seedOf(seed, draw), rollupId(id), sequencers)
    if (drawn === null) {
      const able = weights.filter((weight) => weight > 0n).length
      throw NOTHING_TO_DRAW({ rollup: name, candidates: able, sequencers })
    }
    first[drawn.seats[0]!]! += 1
    for (const seat of drawn.seats) any[seat]! += 1
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0n)
  const shares = weights.map((weight) => Number(weight) / Number(total))
  const law = inclusionLaw(shares, sequencers)
  const validators = candidates.map(
    ({ validator }, index): AuditedValidator => ({
      validator,
      share: shares[index]!,
      firstSeat: first[index]!,
      seats: any[index]!,
      expectedSeats: law[index]! * draws,
      deviations: deviationsOf(any[index]!, law[index]!, draws),
    }),
  )
  const value = chiSquared(
    first,
    shares.map((share) => share * draws),
  )
  const degrees = shares.filter((share) => share > 0).length - 1
  return { chiSquared: value, degrees, p: chiSquaredTail(value, degrees), validators }
}

/** Of a binomial count; 0 where it can't vary, as when all are drawn. */
function deviationsOf(count: number, probability: number, draws: number): number {
  // The law is exact to nine places only.
  const deviation = Math.sqrt(draws * probability * Math.max(0, 1 - probability))
  return deviation < CERTAIN ? 0 : (count - draws * probability) / deviation
}

function seedOf(seed: string, draw: number) {
  return keccakHex(utf8('beacon/audit/1'), utf8(seed), new ByteWriter().u64(draw).finish())
}

function show(
  { chiSquared: value, degrees, p, validators }: ReturnType<typeof auditDraws>,
  { name, sequencers }: RollupAnswer,
  { print }: TaskContext,
): void {
  const rows = validators.map(({ validator, share, firstSeat, seats, expectedSeats, deviations }) => [
    `validator ${validator}`,
    `${(share * 100).toFixed(2)} % of the weight`,
    `first seat ${firstSeat}`,
    `any of ${sequencers} seats ${seats}`,
    `expected ${expectedSeats.toFixed(0)} (${deviations.toFixed(1)} sd)`,
  ])
  print(`committees of ${name}`)
  for (const line of table(rows)) print(line)
  print(`first seats: chi-squared ${value.toFixed(2)}, ${degrees} degrees of freedom, p = ${p.toFixed(4)}`)
}
