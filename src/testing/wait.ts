/** Waits for a transaction's rungs, on one network or on whichever of several knows it. Every wait ends at its deadline. */

import { setTimeout as delay } from 'node:timers/promises'
import {
  type FoundTransaction,
  findTransaction,
  TRANSACTION_UNKNOWN,
  waitForRung,
} from '../cli/find-transaction.ts'
import type { Network } from '../cli/network.ts'
import { type Trace, type TraceStep, traceTransaction } from '../cli/trace.ts'
import { defineError } from '../errors/beacon-error.ts'
import type { Hex } from '../primitives/bytes.ts'
import { isRung, RUNGS, type Rung } from '../primitives/ladder.ts'

/** A hash, or what a client returns when it sends: ethers' response or receipt, viem's receipt. */
export type TransactionLike = string | { readonly hash: string } | { readonly transactionHash: string }

export interface WaitOptions {
  /** 20,000 if left out. */
  readonly timeoutMs?: number
}

export const WAIT_MS = 20_000
/** A client may know a transaction's hash a moment before the node that is asked does. */
const UNKNOWN_MS = 2_000
const POLL_MS = 20

export const RUNG_INVALID = defineError<{ rung: string }>({
  code: 'T102',
  name: 'RUNG_INVALID',
  kind: 'user',
  message: ({ rung }) => `'${rung}' is no rung of the ladder`,
  hint: () => `a transaction climbs ${RUNGS.join(', ')}`,
})

export const NOT_REACHED = defineError<{
  hash: string
  rollup: string
  rung: Rung
  timeoutMs: number
  steps: readonly TraceStep[]
}>({
  code: 'T103',
  name: 'NOT_REACHED',
  kind: 'check',
  message: ({ hash, rollup, rung, timeoutMs, steps }) =>
    `${hash} on ${rollup} has not reached '${rung}' within ${timeoutMs} ms; it reached ${describeSteps(steps)}`,
  hint: () => "allow it more `timeoutMs`, or see the devnet's logs for why it stays there",
})

export function hashOf(tx: TransactionLike): Hex {
  const hash = typeof tx === 'string' ? tx : 'hash' in tx ? tx.hash : tx.transactionHash
  return hash as Hex
}

/** The step to `rung`, once the transaction is there. Throws TRANSACTION_UNKNOWN or NOT_REACHED. */
export async function waitForStep(
  networks: readonly Network[],
  tx: TransactionLike,
  rung: Rung,
  timeoutMs: number,
): Promise<TraceStep> {
  if (!isRung(rung)) throw RUNG_INVALID({ rung })
  const hash = hashOf(tx)
  const deadline = Date.now() + timeoutMs
  const { network, found } = await locate(networks, hash, Math.min(deadline, Date.now() + UNKNOWN_MS))
  await waitForRung(found, rung, deadline)
  const { rollup, steps } = await traceHash(network, hash, found.endpoint.name)
  const step = steps.find((candidate) => candidate.rung === rung)
  if (step === undefined) throw NOT_REACHED({ hash, rollup, rung, timeoutMs, steps })
  return step
}

/** The transaction's way so far, on the rollup that knows it. */
export async function traceHash(network: Network, hash: Hex, rollup?: string): Promise<Trace> {
  const found = await findTransaction(network, hash, rollup)
  return traceTransaction(network, found, found.status)
}

async function locate(
  networks: readonly Network[],
  hash: Hex,
  deadline: number,
): Promise<{ network: Network; found: FoundTransaction }> {
  for (;;) {
    const attempts = networks.map(async (network) => ({
      network,
      found: await findTransaction(network, hash, undefined),
    }))
    const results = await Promise.allSettled(attempts)
    const located = results.find((result) => result.status === 'fulfilled')
    if (located !== undefined) return located.value
    const failed = results.find((result) => result.status === 'rejected' && !isUnknown(result.reason))
    if (failed !== undefined) throw (failed as PromiseRejectedResult).reason
    if (Date.now() >= deadline) throw TRANSACTION_UNKNOWN({ hash, rollups: networks.flatMap(rollupNames) })
    await delay(POLL_MS)
  }
}

function isUnknown(cause: unknown): boolean {
  return (cause as { code?: unknown }).code === TRANSACTION_UNKNOWN.code
}

function rollupNames({ endpoints }: Network): string[] {
  return endpoints.rollups.map(({ name }) => name)
}

function describeSteps(steps: readonly TraceStep[]): string {
  if (steps.length === 0) return 'no block'
  return steps
    .map(({ rung, latencyMs }) => (latencyMs === null ? rung : `${rung} (+${latencyMs} ms)`))
    .join(', ')
}
