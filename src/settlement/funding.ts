/** Money for those who post batches, from an account that has it. On anvil there is a shorter way: fundOnAnvil. */

import type { Hex } from '../primitives/bytes.ts'
import type { L1Client } from './l1-client.ts'
import type { L1Account } from './l1-transaction.ts'
import { confirm, pay } from './payment.ts'

/** A batch costs some 200,000 gas and its data: at 1 gwei this is enough for hundreds. */
export const POSTER_BALANCE_WEI = 5n * 10n ** 16n

/** Tops up whichever of `addresses` has less than half of `wei`; resolves once all payments are in blocks. Safe to repeat. */
export async function fundAccounts(
  client: L1Client,
  payer: L1Account,
  addresses: readonly Hex[],
  wei: bigint,
  deadlineMs: number,
): Promise<void> {
  const payments: Hex[] = []
  for (const to of addresses) {
    const missing = wei - (await client.balance(to))
    // One after the other: each payment takes the next nonce.
    if (missing > wei / 2n)
      payments.push(await pay(client, payer, { to, data: new Uint8Array(), value: missing }))
  }
  await Promise.all(payments.map((payment) => confirm(client, payment, 'funding a poster', deadlineMs)))
}
