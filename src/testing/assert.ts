/** Assertions for node:test and every runner that shows what is thrown. */

import { AssertionError } from 'node:assert'
import type { TraceStep } from '../cli/trace.ts'
import type { BeaconError } from '../errors/beacon-error.ts'
import type { Rung } from '../primitives/ladder.ts'
import type { TestDevnet } from './devnet.ts'
import { NOT_REACHED, type TransactionLike, type WaitOptions } from './wait.ts'

/**
 * Waits until the transaction has reached `rung` and returns that step; throws an AssertionError, which says how far it came, if it doesn't
 * in time.
 * @example
 * const { latencyMs } = await assertReaches(devnet, sent, 'soft', { timeoutMs: 5_000 })
 */
export async function assertReaches(
  devnet: Pick<TestDevnet, 'waitFor'>,
  tx: TransactionLike,
  rung: Rung,
  options?: WaitOptions,
): Promise<TraceStep> {
  try {
    return await devnet.waitFor(tx, rung, options)
  } catch (cause) {
    const { code, message } = cause as BeaconError
    if (code !== NOT_REACHED.code) throw cause
    const failure = new AssertionError({ message, operator: 'assertReaches', stackStartFn: assertReaches })
    throw Object.assign(failure, { cause })
  }
}

/** As {@link assertReaches} for `soft`: two thirds of the rollup's committee have signed the transaction's block. */
export function assertSoftConfirmed(
  devnet: Pick<TestDevnet, 'waitFor'>,
  tx: TransactionLike,
  options?: WaitOptions,
): Promise<TraceStep> {
  return assertReaches(devnet, tx, 'soft', options)
}
