/** A figure over time: where it began and ended, and the line of least squares through it. */

export interface Sample {
  /** Unix ms. */
  readonly at: number
  readonly value: number
}

export interface Trend {
  readonly first: number
  readonly highest: number
  readonly last: number
  /** Of the line; null for fewer than three samples. */
  readonly perHour: number | null
  readonly minutes: number
}

const MS_PER_HOUR = 3_600_000

/** Of one sample or more, in order. */
export function trendOf(samples: readonly Sample[]): Trend {
  const values = samples.map(({ value }) => value)
  return {
    first: values[0]!,
    highest: Math.max(...values),
    last: values.at(-1)!,
    perHour: samples.length < 3 ? null : slopeOf(samples) * MS_PER_HOUR,
    minutes: (samples.at(-1)!.at - samples[0]!.at) / 60_000,
  }
}

function slopeOf(samples: readonly Sample[]): number {
  const meanAt = meanOf(samples.map(({ at }) => at))
  const meanValue = meanOf(samples.map(({ value }) => value))
  const covariance = samples.reduce((sum, { at, value }) => sum + (at - meanAt) * (value - meanValue), 0)
  const variance = samples.reduce((sum, { at }) => sum + (at - meanAt) ** 2, 0)
  return covariance / variance
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
