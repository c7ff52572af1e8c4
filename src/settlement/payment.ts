/** Single transactions of an account that pays for the network's affairs on the L1: sent, and awaited until they are in a block. */

import { setTimeout as delay } from 'node:timers/promises'
import { defineError } from '../errors/beacon-error.ts'
import type { Hex } from '../primitives/bytes.ts'
import { computeFees } from './fees.ts'
import type { L1Client } from './l1-client.ts'
import { type L1Account, signL1Transaction } from './l1-transaction.ts'

const POLL_INTERVAL_MS = 100

export const L1_TRANSACTION_FAILED = defineError<{ purpose: string; transaction: Hex }>({
  code: 'S301',
  name: 'L1_TRANSACTION_FAILED',
  kind: 'environment',
  message: ({ purpose, transaction }) => `${purpose} failed on the L1, in transaction ${transaction}`,
  hint: () =>
    'the chain must run Cancun or later and have the gas for it in a block; trace that transaction for more',
})

export const L1_TRANSACTION_LATE = defineError<{ purpose: string; transaction: Hex; deadlineMs: number }>({
  code: 'S302',
  name: 'L1_TRANSACTION_LATE',
  kind: 'environment',
  message: ({ purpose, transaction, deadlineMs }) =>
    `${purpose} is not in an L1 block after ${deadlineMs} ms, as transaction ${transaction}`,
  hint: () => 'check that the L1 makes blocks; running the same again is safe',
})

/** Sends a transaction of `account`'s at the present price and resolves with its hash; it isn't in a block yet. */
export async function pay(
  client: L1Client,
  account: L1Account,
  message: { to: Hex; data: Uint8Array; value: bigint },
): Promise<Hex> {
  const [chainId, nonce, tip, head] = await Promise.all([
    client.chainId(),
    client.transactionCount(account.address, 'pending'),
    client.tip(),
    client.block('latest'),
  ])
  const estimate = await client.estimateGas({ from: account.address, ...message }, 'latest')
  const fees = computeFees({ baseFee: head?.baseFee ?? 0n, tip })
  const gasLimit = (estimate * 12n) / 10n
  return client.sendTransaction(signL1Transaction({ chainId, nonce, fees, gasLimit, ...message }, account))
}

/** Resolves once the transaction is in a block and has succeeded. `purpose` is what the error says it was for. */
export async function confirm(
  client: L1Client,
  transaction: Hex,
  purpose: string,
  deadlineMs: number,
): Promise<void> {
  const deadline = performance.now() + deadlineMs
  for (;;) {
    const receipt = await client.receipt(transaction)
    if (receipt?.succeeded === false) throw L1_TRANSACTION_FAILED({ purpose, transaction })
    if (receipt !== null) return
    if (performance.now() > deadline) throw L1_TRANSACTION_LATE({ purpose, transaction, deadlineMs })
    await delay(POLL_INTERVAL_MS)
  }
}
