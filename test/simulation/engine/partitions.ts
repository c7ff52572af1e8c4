/** Which messages a network that fell apart still carries. One partition lasts for a phase. */

import type { SeededRandom } from '../../../src/platform/simulated/random.ts'

export type PartitionKind = 'none' | 'halves' | 'minority' | 'bridge' | 'oneWay' | 'flapping'

export interface Partition {
  readonly kind: PartitionKind
  /** Puts names on sides: the same salt, the same sides. */
  readonly salt: number
}

/** How long a flapping network is whole, and how long it is not. */
const FLAP_MS = 60

export function drawPartitions(random: SeededRandom, phases: number): Partition[] {
  const kinds: readonly PartitionKind[] = ['halves', 'halves', 'minority', 'bridge', 'oneWay', 'flapping']
  return Array.from({ length: phases }, () => ({
    kind: random.chance(0.5) ? random.pick(kinds) : 'none',
    salt: random.below(2 ** 31),
  }))
}

/** `names` are all there are, in a fixed order. */
export function isCut(
  { kind, salt }: Partition,
  names: readonly string[],
  from: string,
  to: string,
  nowMs: number,
): boolean {
  const [a, b] = [names.indexOf(from), names.indexOf(to)]
  const isApart = sideOf(salt, a) !== sideOf(salt, b)
  switch (kind) {
    case 'none':
      return false
    case 'halves':
      return isApart
    case 'minority':
      return (a === salt % names.length) !== (b === salt % names.length)
    case 'bridge':
      return isApart && a !== salt % names.length && b !== salt % names.length
    case 'oneWay':
      return isApart && sideOf(salt, a) === 0
    case 'flapping':
      return isApart && Math.floor(nowMs / FLAP_MS) % 2 === 0
  }
}

/** Which half the node of an index is in. */
export function sideOf(salt: number, index: number): 0 | 1 {
  return (Math.imul(salt ^ (index + 1), 0x9e3779b1) >>> 31) as 0 | 1
}
