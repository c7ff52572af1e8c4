/** Makes the soft confirmation of a final block from the chain. In: a height, and a transaction's index if one is to be proven. */

import { encodeJustification } from '../consensus/block.ts'
import type { Header } from '../consensus/header.ts'
import { orderedKey, orderedTrie } from '../state/trie.ts'
import type { Chain } from './chain.ts'
import type { SoftConfirmation, TransactionInclusion } from './confirmation.ts'
import type { Transaction } from './transaction.ts'

/** Null if the block isn't final, and for genesis, which needs no confirmation. */
export function confirmBlock(
  chain: Chain,
  chainId: number,
  height: number,
  transactionIndex: number | null = null,
): SoftConfirmation | null {
  const confirmed = chain.blockAt(height)
  const certified = chain.store.certifiedFrom(height)
  if (confirmed === null || certified === null) return null
  const { block, transactions } = confirmed
  const descendants: Header[] = []
  for (let at = height + 1; at <= certified.block.header.height; at++) {
    descendants.push(chain.store.blockAt(at)!.header)
  }
  return {
    chainId,
    header: block.header,
    ethereumHeader: block.appHeader,
    justification: encodeJustification(block.justification),
    descendants,
    certificate: certified.certificate,
    transaction: transactionIndex === null ? null : proveTransaction(transactions, transactionIndex),
  }
}

function proveTransaction(transactions: readonly Transaction[], index: number): TransactionInclusion {
  const trie = orderedTrie(transactions.map(({ raw }) => raw))
  return { index, raw: transactions[index]!.raw, proof: trie.prove(orderedKey(index)) }
}
