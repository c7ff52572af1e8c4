/**
 * Checks an election seat by seat, as a light client or a contract does: from the root and total of the weights, the seed, and one
 * leaf proof per seat. It never sees the other weights, and shares with the draw only the law of the random numbers and the hashing.
 */

import type { Hex } from '../../primitives/bytes.ts'
import type { RollupId } from '../../primitives/ids.ts'
import { hashLeaf, hashNode, type SumNode } from './sum-tree.ts'
import { uniform } from './uniform.ts'

export interface SeatProof {
  /** The validator's index in the registry. */
  readonly index: number
  readonly keyHash: Hex
  readonly weight: bigint
  /** Siblings, lowest first. */
  readonly path: readonly SumNode[]
}

export interface ElectionClaim {
  readonly seed: Hex
  readonly rollup: RollupId
  /** Root hash and total weight of the sum tree. */
  readonly root: Hex
  readonly total: bigint
  /** The seats in elected order, the reserves behind them. */
  readonly order: readonly SeatProof[]
}

export type ElectionFault = 'LEAF_NOT_IN_TREE' | 'ZERO_WEIGHT' | 'NOT_THE_DRAWN_POINT' | 'WEIGHTS_EXHAUSTED'

export type ElectionVerdict =
  | { readonly ok: true }
  /** `seat` counts through the seats and then the reserves. */
  | { readonly ok: false; readonly seat: number; readonly reason: ElectionFault }

/** 2^40 leaves are more than an index can name honestly. */
const DEPTH_MAX = 40

export function verifyElection(claim: ElectionClaim): ElectionVerdict {
  const elected: { start: bigint; end: bigint }[] = []
  let left = claim.total
  for (const [seat, proof] of claim.order.entries()) {
    const fault = (reason: ElectionFault): ElectionVerdict => ({ ok: false, seat, reason })
    if (proof.weight <= 0n) return fault('ZERO_WEIGHT')
    if (left <= 0n) return fault('WEIGHTS_EXHAUSTED')
    const start = startOfLeaf(claim, proof)
    if (start === null) return fault('LEAF_NOT_IN_TREE')
    const end = start + proof.weight
    const point = uniform(claim.seed, claim.rollup, seat, left)
    if (!coversRemainingPoint(start, end, point, elected)) return fault('NOT_THE_DRAWN_POINT')
    elected.push({ start, end })
    left -= proof.weight
  }
  return { ok: true }
}

/** Where the leaf's stretch starts, or null if the path doesn't end in the claimed root and total. */
function startOfLeaf(claim: ElectionClaim, proof: SeatProof): bigint | null {
  if (proof.path.length > DEPTH_MAX || !Number.isSafeInteger(proof.index) || proof.index < 0) return null
  if (claim.total >> 128n !== 0n || proof.weight > claim.total) return null
  let node = hashLeaf(proof.index, proof)
  let start = 0n
  let position = proof.index
  for (const sibling of proof.path) {
    if (sibling.sum < 0n || node.sum + sibling.sum > claim.total) return null
    const isRight = position % 2 === 1
    if (isRight) start += sibling.sum
    node = isRight ? hashNode(sibling, node) : hashNode(node, sibling)
    position = Math.floor(position / 2)
  }
  // An index with bits above the path would let one leaf stand for several.
  return position === 0 && node.hash === claim.root && node.sum === claim.total ? start : null
}

/**
 * Whether the `point`-th unit of the line without the elected stretches lies in [start, end). Counted from the leaf's side: the units
 * before it that are still there must be at most `point`, and more than `point` with its own.
 */
function coversRemainingPoint(
  start: bigint,
  end: bigint,
  point: bigint,
  elected: readonly { start: bigint; end: bigint }[],
): boolean {
  let before = start
  for (const stretch of elected) {
    if (stretch.start < end && start < stretch.end) return false
    if (stretch.end <= start) before -= stretch.end - stretch.start
  }
  return before <= point && point < before + (end - start)
}
