/** txpool_*: the transactions that wait, by sender and nonce: those that can go next (pending), and those behind a gap (queued). */

import type { Hex } from '../../primitives/bytes.ts'
import type { Methods } from '../../rpc/dispatch.ts'
import { readAddress } from '../../rpc/params.ts'
import type { RollupApplication } from '../application.ts'
import type { Transaction } from '../transaction.ts'
import { pendingTransactionJson, quantity } from './format.ts'

type ByNonce<Shown> = Record<string, Shown>
type BySender<Shown> = Record<Hex, ByNonce<Shown>>

interface Content<Shown> {
  readonly pending: BySender<Shown>
  readonly queued: BySender<Shown>
}

export function txpoolMethods({ mempool }: RollupApplication): Methods {
  const contentOf = <Shown>(show: (transaction: Transaction) => Shown): Content<Shown> => {
    const content: Content<Shown> = { pending: {}, queued: {} }
    for (const { transaction } of mempool) {
      const { from, nonce } = transaction
      const part = nonce < mempool.pendingNonce(from) ? content.pending : content.queued
      part[from] ??= {}
      part[from][nonce] = show(transaction)
    }
    return content
  }
  const count = (part: BySender<unknown>) =>
    quantity(Object.values(part).reduce((sum, ofSender) => sum + Object.keys(ofSender).length, 0))

  return {
    txpool_status: () => {
      const { pending, queued } = contentOf(({ nonce }) => nonce)
      return { pending: count(pending), queued: count(queued) }
    },
    txpool_content: () => contentOf(pendingTransactionJson),
    txpool_contentFrom: ([value]) => {
      const address = readAddress(value, 'address')
      const { pending, queued } = contentOf(pendingTransactionJson)
      return { pending: pending[address] ?? {}, queued: queued[address] ?? {} }
    },
    txpool_inspect: () => contentOf(summary),
  }
}

/** In geth's words. */
function summary({ to, value, gasLimit, maxFeePerGas }: Transaction): string {
  return `${to ?? 'contract creation'}: ${value} wei + ${gasLimit} gas × ${maxFeePerGas} wei`
}
