/** What to pay for gas on the L1. */

import type { L1Fees } from './l1-transaction.ts'

export interface GasPrice {
  /** Of the latest block, in wei. */
  readonly baseFee: bigint
  /** Suggested by the node, in wei. */
  readonly tip: bigint
}

/** Twice the base fee stays enough for six full blocks, each of which raises it by an eighth. */
export function computeFees({ baseFee, tip }: GasPrice): L1Fees {
  return { maxFee: 2n * baseFee + tip, tip }
}

/** At least an eighth more than `replaced` in both fees, which nodes demand of another transaction with the same nonce. */
export function computeReplacementFees(price: GasPrice, replaced: L1Fees): L1Fees {
  const fresh = computeFees(price)
  return {
    maxFee: larger(fresh.maxFee, anEighthMore(replaced.maxFee)),
    tip: larger(fresh.tip, anEighthMore(replaced.tip)),
  }
}

function anEighthMore(wei: bigint): bigint {
  return wei + wei / 8n + 1n
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
