/** The exact law of successive sampling, and a chi-squared test against it: oracles for the tests, in floating point. */

/** Probability of each elected set ("0,2,5"), enumerated over all orders. */
export function exactSetLaw(weights: readonly number[], seats: number): Map<string, number> {
  const law = new Map<string, number>()
  const visit = (elected: readonly number[], probability: number, left: number): void => {
    if (elected.length === seats) {
      const set = setName(elected)
      law.set(set, (law.get(set) ?? 0) + probability)
      return
    }
    for (const [index, weight] of weights.entries()) {
      if (weight === 0 || elected.includes(index)) continue
      visit([...elected, index], (probability * weight) / left, left - weight)
    }
  }
  visit(
    [],
    1,
    weights.reduce((sum, weight) => sum + weight, 0),
  )
  return law
}

export function setName(elected: readonly number[]): string {
  return [...elected].sort((a, b) => a - b).join()
}

/** The probability of a deviation at least as large; sets expected fewer than five times are counted as one. */
export function chiSquaredP(
  law: ReadonlyMap<string, number>,
  counts: ReadonlyMap<string, number>,
  draws: number,
): number {
  let statistic = 0
  let cells = 0
  const rare = { expected: 0, seen: 0 }
  const add = (expected: number, seen: number): void => {
    statistic += (seen - expected) ** 2 / expected
    cells++
  }
  for (const [set, probability] of law) {
    const expected = probability * draws
    const seen = counts.get(set) ?? 0
    if (expected >= 5) add(expected, seen)
    else {
      rare.expected += expected
      rare.seen += seen
    }
  }
  if (rare.expected > 0) add(rare.expected, rare.seen)
  return upperTail(statistic, cells - 1)
}

/** Wilson and Hilferty's approximation of the chi-squared distribution's upper tail. */
function upperTail(statistic: number, freedom: number): number {
  const z = (Math.cbrt(statistic / freedom) - (1 - 2 / (9 * freedom))) / Math.sqrt(2 / (9 * freedom))
  return 1 - normalCdf(z)
}

/** Abramowitz and Stegun 26.2.17; its error is below 7.5e-8. */
function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z))
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series
  return z > 0 ? 1 - tail : tail
}
