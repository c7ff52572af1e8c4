/** Draws committees over and over from given stakes, and puts beside what came of it what should: the law, concentration, and the odds of capture. */

import { computeCappedWeights, MIN_VALIDATORS } from '../../beacon/election/cap.ts'
import { drawSteps, lineOf } from '../../beacon/election/draw.ts'
import { defineError } from '../../errors/beacon-error.ts'
import { utf8 } from '../../primitives/bytes.ts'
import { ByteWriter } from '../../primitives/codec.ts'
import { keccakHex } from '../../primitives/hash.ts'
import { rollupId } from '../../primitives/ids.ts'
import { type Concentration, concentrationOf, groupBy } from './concentration.ts'
import { captureLaw, inclusionLaw } from './law.ts'
import type { Staker } from './stake-file.ts'

export interface StudyOptions {
  readonly sequencers: number
  readonly draws: number
  readonly seed: string
  /** Those with less aren't drawn; in the file's unit. */
  readonly minStake: bigint
  /** Shares of all weight, 0 to 1. */
  readonly adversaries: readonly number[]
}

export interface StudiedValidator {
  /** Its place in the file. */
  readonly index: number
  readonly stake: bigint
  /** The stake, capped to a fifth of the whole. */
  readonly weight: bigint
  /** Of all weight. */
  readonly share: number
  /** Draws in which it got a seat, of all draws. */
  readonly drawn: number
  /** How likely it gets one, exactly. */
  readonly law: number
  /** Standard deviations between the two. */
  readonly z: number
}

export interface Capture {
  readonly adversary: number
  /** Among how many validators it has split its share; Infinity for very many. */
  readonly validators: number
  readonly sequencers: number
  /** Seats that sign two blocks of one height between them, and how likely it has as many. */
  readonly fork: { readonly seats: number; readonly probability: number }
  /** Seats without which there is no quorum. */
  readonly halt: { readonly seats: number; readonly probability: number }
}

export interface Group {
  readonly name: string
  /** Of all stake. */
  readonly stakeShare: number
  /** Of the committee, on average. */
  readonly seats: number
}

export interface Study {
  readonly options: StudyOptions
  readonly validators: readonly StudiedValidator[]
  readonly drawsPerSecond: number
  /** What the law's probabilities add up to; the seats, but for its own error. */
  readonly lawTotal: number
  /** The largest deviation from the law, of those who should have been drawn at least five times, and how likely one as large is among them. */
  readonly worst: { readonly index: number; readonly z: number; readonly p: number } | null
  readonly concentration: { readonly stake: Concentration; readonly weight: Concentration }
  /** Empty where the file doesn't say. */
  readonly countries: readonly Group[]
  readonly hosting: readonly Group[]
  readonly captures: readonly Capture[]
  /** By how much an adversary that proposes blocks may raise any of these probabilities, at most: docs/elections.md. */
  readonly bias: readonly { readonly adversary: number; readonly factor: number | null }[]
}

export const TOO_FEW_STAKES = defineError<{ able: number; sequencers: number }>({
  code: 'C321',
  name: 'TOO_FEW_STAKES',
  kind: 'user',
  message: ({ able, sequencers }) => `${sequencers} sequencers can't be drawn from ${able} stakes`,
  hint: () => 'pass fewer --sequencers or a lower --min-stake; at least five have to have a stake',
})

/** Sizes that the odds of capture are told for; k = 2 mod 3 gets one more seat of safety for nothing. */
export const COMMITTEE_SIZES: readonly number[] = [5, 8, 11, 17, 65]
/** Of who is drawn more seldom the count is too far from normal to be judged by its deviation. */
const EXPECTED_MIN = 5
/** What a few large validators may have each, by the cap. */
const CAP = 0.2

export function studyElections(stakers: readonly Staker[], options: StudyOptions): Study {
  const { sequencers, draws, minStake, adversaries } = options
  const eligible = stakers.map(({ stake }) => (stake >= minStake ? stake : 0n))
  const able = eligible.filter((stake) => stake > 0n).length
  const weights = computeCappedWeights(eligible)
  if (weights === null || able < Math.max(sequencers, MIN_VALIDATORS))
    throw TOO_FEW_STAKES({ able, sequencers })
  const { counts, seconds } = drawMany(weights, options)
  const total = Number(weights.reduce((sum, weight) => sum + weight, 0n))
  const shares = weights.map((weight) => Number(weight) / total)
  const law = inclusionLaw(shares, sequencers)
  const validators = stakers.map(({ stake }, index): StudiedValidator => {
    const expected = law[index]!
    const deviation = Math.sqrt((expected * (1 - expected)) / draws)
    const drawn = counts[index]! / draws
    const z = deviation === 0 ? 0 : (drawn - expected) / deviation
    return { index, stake, weight: weights[index]!, share: shares[index]!, drawn, law: expected, z }
  })
  const groupsOf = (nameOf: (staker: Staker) => string | null) => groups(stakers, validators, nameOf)
  return {
    options,
    validators,
    drawsPerSecond: draws / seconds,
    lawTotal: law.reduce((sum, one) => sum + one, 0),
    worst: worstOf(validators, draws),
    concentration: {
      stake: concentrationOf(eligible.filter((stake) => stake > 0n).map(Number)),
      weight: concentrationOf(shares.filter((share) => share > 0)),
    },
    countries: groupsOf(({ country }) => country),
    hosting: groupsOf(({ hosting }) => hosting),
    captures: adversaries.flatMap((share) => capturesBy(share, shares)),
    bias: adversaries.map((adversary) => ({ adversary, factor: biasOf(adversary) })),
  }
}

/** How often each index got a seat. */
function drawMany(weights: readonly bigint[], { sequencers, draws, seed }: StudyOptions) {
  const line = lineOf(weights)
  const counts = new Uint32Array(weights.length)
  const start = process.hrtime.bigint()
  for (let draw = 0; draw < draws; draw++) {
    const of = keccakHex(utf8(seed), new ByteWriter().u32(draw).finish())
    for (const { index } of drawSteps(line, of, rollupId(1), sequencers)!.slice(0, sequencers))
      counts[index]!++
  }
  return { counts, seconds: Number(process.hrtime.bigint() - start) / 1e9 }
}

function worstOf(validators: readonly StudiedValidator[], draws: number): Study['worst'] {
  const judged = validators.filter(({ law }) => law * draws >= EXPECTED_MIN)
  const [worst] = judged.toSorted((a, b) => Math.abs(b.z) - Math.abs(a.z))
  if (worst === undefined) return null
  // Of so many, each as unlikely alone (Bonferroni).
  return { index: worst.index, z: worst.z, p: Math.min(1, judged.length * twoSided(Math.abs(worst.z))) }
}

/** How likely a normal variable is so far from its mean; Abramowitz and Stegun 7.1.26, to 1.5e-7. */
function twoSided(z: number): number {
  const x = z / Math.SQRT2
  const t = 1 / (1 + 0.3275911 * x)
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  return series * Math.exp(-x * x)
}

function groups(
  stakers: readonly Staker[],
  validators: readonly StudiedValidator[],
  nameOf: (staker: Staker) => string | null,
): Group[] {
  if (stakers.every((staker) => nameOf(staker) === null)) return []
  const nameAt = ({ index }: StudiedValidator) => nameOf(stakers[index]!) ?? 'unknown'
  const all = validators.reduce((sum, { stake }) => sum + Number(stake), 0)
  const seats = new Map(
    groupBy(validators, nameAt, ({ law }) => law).map(({ name, amount }) => [name, amount]),
  )
  return groupBy(validators, nameAt, ({ stake }) => Number(stake)).map(({ name, amount }) => ({
    name,
    stakeShare: amount / all,
    seats: seats.get(name)!,
  }))
}

/** Once with as few validators as the cap allows, once with very many: the others are as in the file. */
function capturesBy(adversary: number, honest: readonly number[]): Capture[] {
  return COMMITTEE_SIZES.filter((size) => size <= honest.length).flatMap((sequencers) => {
    const quorum = Math.floor((2 * sequencers) / 3) + 1
    const fork = 2 * quorum - sequencers
    const halt = sequencers - quorum + 1
    return [Math.ceil(adversary / CAP - 1e-9), Number.POSITIVE_INFINITY].map((validators) => {
      const odds = (seats: number) => captureLaw(honest, { share: adversary, validators }, sequencers, seats)
      return {
        adversary,
        validators,
        sequencers,
        fork: { seats: fork, probability: odds(fork) },
        halt: { seats: halt, probability: odds(halt) },
      }
    })
  })
}

/** An unbroken run of its own views at an epoch's end lets it choose among seeds; null from a half on, where there is no bound. */
function biasOf(adversary: number): number | null {
  return adversary < 0.5 ? (1 - adversary) / (1 - 2 * adversary) : null
}
