/** When a rollup ends that was registered with a lifetime: exact in Beacon blocks, and about when that is by the chains' time. */

import type { BeaconStatusAnswer, RollupAnswer } from './beacon-answers.ts'

export interface RollupEnd {
  /** Of the Beacon block that closes it. */
  readonly height: number
  /** ISO 8601, if Beacon blocks come in time; of an end that is past, about when it was. */
  readonly about: string
}

/** Null if it doesn't end by itself. */
export function rollupEnd(
  { registeredAt, lifetimeBlocks }: RollupAnswer,
  { head, params }: BeaconStatusAnswer,
): RollupEnd | null {
  if (lifetimeBlocks === 0) return null
  const height = registeredAt + lifetimeBlocks
  const time = head.time + (height - head.height) * params.blockTimeMs
  return { height, about: new Date(time).toISOString() }
}

export function describeEnd({ height, about }: RollupEnd): string {
  return `ends with Beacon block ${height}, about ${about}`
}

/** Null of a rollup that goes on for good. */
export function describeLife({ isAlive, status }: RollupAnswer, end: RollupEnd | null): string | null {
  if (isAlive) return end === null ? null : describeEnd(end)
  // One that was closed before its first draw has no status.
  const closedAt = status?.closedAt ?? null
  return closedAt === null ? 'has ended' : `ended with Beacon block ${closedAt}`
}
