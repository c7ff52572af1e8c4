/**
 * The exact law of successive sampling without replacement, for any number of validators. Give each an alarm clock that rings after an exponential
 * time with its weight as the rate: the order of the rings is the order of the draw (Efraimidis and Spirakis 2006). The times are independent, so what is
 * asked of the order becomes an integral over time of what is asked of each clock; it is taken over the logarithm of time by the trapezoidal
 * rule, which for such integrands converges exponentially.
 */

/** Of the logarithm of time. Halving it changes no result by 1e-9. */
const STEP = 0.05
const LOG_TIME_MIN = Math.log(1e-9)
/** Weights sum to 1, so by then nobody's clock is left that matters. */
const LOG_TIME_MAX = Math.log(1e9)
/** Of a probability: what comes later adds less than this. */
const NEGLIGIBLE = 1e-15

/** How likely each is among the first `seats`; weights are in any unit. The sum is `seats`, which tells how exact it is. */
export function inclusionLaw(weights: readonly number[], seats: number): number[] {
  const rates = normalized(weights)
  const law = rates.map(() => 0)
  for (const time of times()) {
    const rang = rates.map((rate) => -Math.expm1(-rate * time))
    const before = prefixes(rang, seats)
    const after = cumulativeSuffixes(rang, seats)
    // That fewer than `seats` rang is unlikely from here on, whoever is left out.
    if (after[0]![seats - 1]! < NEGLIGIBLE && time > 1) break
    for (const [index, rate] of rates.entries()) {
      if (rate === 0) continue
      const density = rate * Math.exp(-rate * time)
      law[index]! += STEP * time * density * fewerThan(seats, before[index]!, after[index + 1]!)
    }
  }
  return law
}

/** Somebody with a share of the whole weight, split evenly among so many validators; Infinity for very many. */
export interface Adversary {
  readonly share: number
  readonly validators: number
}

/** How likely an adversary gets at least `captured` of `seats`, the honest having the rest of the weight in the proportions of `honest`. */
export function captureLaw(
  honest: readonly number[],
  adversary: Adversary,
  seats: number,
  captured: number,
): number {
  const rates = normalized(honest).map((rate) => rate * (1 - adversary.share))
  // It has captured them if its clock number `captured` rings before the honest one that would be one too many.
  const honestMax = seats - captured
  let probability = 0
  for (const time of times()) {
    const rang = rates.map((rate) => -Math.expm1(-rate * time))
    const stillFree = sum(distribution(rang, honestMax + 1))
    if (stillFree < NEGLIGIBLE && time > 1) break
    probability += STEP * time * arrivalDensity(adversary, captured, time) * stillFree
  }
  return probability
}

/** Of the time at which the adversary's clock number `place` rings. */
function arrivalDensity({ share, validators }: Adversary, place: number, time: number): number {
  if (validators < place) return 0
  if (validators === Number.POSITIVE_INFINITY) return share * poissonTerm(share * time, place - 1)
  const rate = share / validators
  const rang = -Math.expm1(-rate * time)
  return validators * rate * Math.exp(-rate * time) * binomialTerm(validators - 1, place - 1, rang)
}

function poissonTerm(mean: number, count: number): number {
  let term = Math.exp(-mean)
  for (let k = 1; k <= count; k++) term *= mean / k
  return term
}

function binomialTerm(n: number, count: number, probability: number): number {
  let term = (1 - probability) ** (n - count)
  for (let k = 1; k <= count; k++) term *= ((n - count + k) * probability) / k
  return term
}

/** Of independent events: the probabilities that 0, 1, ... `bound - 1` happen. */
function distribution(probabilities: readonly number[], bound: number): number[] {
  const counts = Array<number>(bound).fill(0)
  counts[0] = 1
  for (const one of probabilities) {
    for (let count = bound - 1; count > 0; count--)
      counts[count] = counts[count]! * (1 - one) + counts[count - 1]! * one
    counts[0]! *= 1 - one
  }
  return counts
}

/** [i]: how many of those before i rang. */
function prefixes(rang: readonly number[], bound: number): Float64Array[] {
  let counts = new Float64Array(bound)
  counts[0] = 1
  return rang.map((one) => {
    const before = counts
    counts = withEvent(counts, one)
    return before
  })
}

/** [i]: how many of those from i on rang, at most. One more entry than events. */
function cumulativeSuffixes(rang: readonly number[], bound: number): Float64Array[] {
  let counts = new Float64Array(bound)
  counts[0] = 1
  const suffixes = [cumulative(counts)]
  for (const one of rang.toReversed()) {
    counts = withEvent(counts, one)
    suffixes.push(cumulative(counts))
  }
  return suffixes.reverse()
}

function withEvent(counts: Float64Array, probability: number): Float64Array<ArrayBuffer> {
  const next = new Float64Array(counts.length)
  for (let count = 0; count < counts.length; count++) {
    next[count] = counts[count]! * (1 - probability) + (count > 0 ? counts[count - 1]! * probability : 0)
  }
  return next
}

function cumulative(counts: Float64Array): Float64Array {
  let total = 0
  return counts.map((count) => (total += count))
}

/** That fewer than `bound` rang on both sides together. */
function fewerThan(bound: number, before: Float64Array, upTo: Float64Array): number {
  let probability = 0
  for (let count = 0; count < bound; count++) probability += before[count]! * upTo[bound - 1 - count]!
  return probability
}

function* times(): Generator<number> {
  for (let log = LOG_TIME_MIN; log <= LOG_TIME_MAX; log += STEP) yield Math.exp(log)
}

function normalized(weights: readonly number[]): number[] {
  const total = sum(weights)
  return weights.map((weight) => weight / total)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
