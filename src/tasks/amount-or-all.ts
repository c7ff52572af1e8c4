/** How much is to be moved or taken out: a forgotten amount must not mean all of it. */

import { ALL_TOKENS } from '../beacon/action-types.ts'
import { defineError } from '../errors/beacon-error.ts'

export const AMOUNT_OR_ALL = defineError({
  code: 'X308',
  name: 'AMOUNT_OR_ALL',
  kind: 'user',
  message: () => 'it takes either an amount or --all',
  hint: () => 'say how many tokens, as in 500, or pass --all for whatever there is',
})

/** Wei, or {@link ALL_TOKENS}. */
export function amountOrAll({ amount, all }: { readonly amount: bigint | undefined; readonly all: boolean }) {
  if ((amount !== undefined) === all) throw AMOUNT_OR_ALL()
  return amount ?? ALL_TOKENS
}
