/** Why a node didn't take a transaction. Nodes agree on the causes but on no codes for them, so their words decide. */

import type { RpcError } from '../rpc/rpc-error.ts'

export type Refusal =
  /** The node has this very transaction already. */
  | 'known'
  /** A transaction with this nonce is in a block, or waits with fees that this one doesn't exceed by enough. */
  | 'nonce-used'
  | 'underpriced'
  /** Executing it would revert. */
  | 'reverts'
  | 'unfunded'
  | 'other'

/** Words of geth, reth, nethermind, besu, erigon and anvil. */
const WORDS: readonly (readonly [RegExp, Refusal])[] = [
  [/already known|already imported|known transaction|AlreadyKnown/i, 'known'],
  [/nonce too low|OldNonce|nonce.*(too low|already used)/i, 'nonce-used'],
  [
    /underpriced|fee too low|gas price.*(below|too low)|max fee per gas less than block base fee/i,
    'underpriced',
  ],
  [/revert/i, 'reverts'],
  [/insufficient funds|InsufficientFunds|upfront cost/i, 'unfunded'],
]

const EXECUTION_REVERTED = 3
/** Nodes say it at once; looking through a long text takes time that grows with its square. */
const LENGTH_MAX = 1_000

export function refusalOf(error: RpcError): Refusal {
  if (error.code === EXECUTION_REVERTED) return 'reverts'
  const message = error.message.slice(0, LENGTH_MAX)
  return WORDS.find(([words]) => words.test(message))?.[1] ?? 'other'
}
