/** As much of statistics as an audit of draws needs. */

/** Sum of (observed - expected)^2 / expected over the cells; those that are expected to stay empty must be. */
export function chiSquared(observed: readonly number[], expected: readonly number[]): number {
  let sum = 0
  for (const [i, count] of observed.entries()) {
    const wanted = expected[i]!
    if (wanted > 0) sum += (count - wanted) ** 2 / wanted
    else if (count > 0) return Number.POSITIVE_INFINITY
  }
  return sum
}

/** How likely chi-squared is `value` or more with so many degrees of freedom: Q(degrees / 2, value / 2). */
export function chiSquaredTail(value: number, degrees: number): number {
  if (value === Number.POSITIVE_INFINITY) return 0
  if (value <= 0 || degrees <= 0) return 1
  const a = degrees / 2
  const x = value / 2
  return x < a + 1 ? 1 - gammaSeries(a, x) : gammaFraction(a, x)
}

const ITERATIONS_MAX = 500
const PRECISION = 1e-14

/** The lower regularised incomplete gamma function by its series, which converges fast for x < a + 1. */
function gammaSeries(a: number, x: number): number {
  let term = 1 / a
  let sum = term
  for (let n = 1; n < ITERATIONS_MAX && term > sum * PRECISION; n++) {
    term *= x / (a + n)
    sum += term
  }
  return sum * Math.exp(-x + a * Math.log(x) - logGamma(a))
}

/** The upper one by its continued fraction (Lentz), for the rest. */
function gammaFraction(a: number, x: number): number {
  const tiny = 1e-300
  let b = x + 1 - a
  let c = 1 / tiny
  let d = 1 / b
  let fraction = d
  for (let n = 1; n < ITERATIONS_MAX; n++) {
    const an = -n * (n - a)
    b += 2
    d = 1 / (an * d + b || tiny)
    c = b + an / c || tiny
    fraction *= d * c
    if (Math.abs(d * c - 1) < PRECISION) break
  }
  return fraction * Math.exp(-x + a * Math.log(x) - logGamma(a))
}

/** Lanczos' approximation, g = 7. */
function logGamma(z: number): number {
  const shifted = z - 1
  let sum = LANCZOS[0]!
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i]! / (shifted + i)
  const t = shifted + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(sum)
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]
