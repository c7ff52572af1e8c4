/** Spans of time as people write them: 90s, 10m, 2h, 1d. */

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** In ms; null unless it is a whole number of seconds, minutes, hours or days, from 1 to 999,999. */
export function parseDuration(text: string): number | null {
  const match = /^([1-9]\d{0,5})([smhd])$/.exec(text)
  return match === null ? null : Number(match[1]) * UNIT_MS[match[2]!]!
}
