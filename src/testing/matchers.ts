/** Matchers for `expect.extend`, as Vitest and Jest call them. They look the transaction up on every network that this process has open. */

import type { TraceStep } from '../cli/trace.ts'
import type { BeaconError } from '../errors/beacon-error.ts'
import type { Rung } from '../primitives/ladder.ts'
import { openNetworks } from './open-networks.ts'
import { hashOf, NOT_REACHED, type TransactionLike, WAIT_MS, type WaitOptions, waitForStep } from './wait.ts'

export interface MatcherResult {
  readonly pass: boolean
  readonly message: () => string
}

/** A transaction, or the promise of one that a client's send returns. */
export type Sent = TransactionLike | Promise<TransactionLike>

export const matchers = {
  /** Within `timeoutMs`. With `.not`, that it stays below for so long. */
  async toReach(sent: Sent, rung: Rung, options: WaitOptions = {}): Promise<MatcherResult> {
    const tx = await sent
    try {
      const step = await waitForStep([...openNetworks], tx, rung, options.timeoutMs ?? WAIT_MS)
      return { pass: true, message: () => `expected ${hashOf(tx)} not to reach '${rung}'${when(step)}` }
    } catch (cause) {
      const { code, message } = cause as BeaconError
      if (code !== NOT_REACHED.code) throw cause
      return { pass: false, message: () => message }
    }
  },

  /** Two thirds of the rollup's committee have signed its block. */
  toBeSoftConfirmed(sent: Sent, options?: WaitOptions): Promise<MatcherResult> {
    return matchers.toReach(sent, 'soft', options)
  },
}

function when({ latencyMs }: TraceStep): string {
  return latencyMs === null ? '' : `, and it did, ${latencyMs} ms after it was proposed`
}
