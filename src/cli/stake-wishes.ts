/** What an account can do with its stake: what it asks the Beacon Layer for, and what there is to say when that is done. Amounts are in wei. */

import { ALL_TOKENS } from '../beacon/action-types.ts'
import { formatTokens } from './amounts.ts'
import type { AskedAction } from './send-action.ts'

export interface StakeWish {
  readonly asked: AskedAction
  readonly done: string
}

export function delegate(validator: number, amount: bigint): StakeWish {
  const done = `${formatTokens(amount)} delegated to validator ${validator}`
  return { asked: { type: 'delegate', validator, amount }, done }
}

/** `amount` may be {@link ALL_TOKENS}. */
export function undelegate(validator: number, amount: bigint): StakeWish {
  const done = `${describeAmount(amount)} is leaving validator ${validator}`
  return { asked: { type: 'undelegate', validator, amount }, done }
}

/** `amount` may be {@link ALL_TOKENS}. */
export function redelegate(validator: number, to: number, amount: bigint): StakeWish {
  const done = `${describeAmount(amount)} moved from validator ${validator} to validator ${to}`
  return { asked: { type: 'redelegate', validator, to, amount }, done }
}

export function claim(validator: number): StakeWish {
  return { asked: { type: 'claim', validator }, done: `claimed from validator ${validator}` }
}

function describeAmount(wei: bigint): string {
  return wei === ALL_TOKENS ? 'everything' : formatTokens(wei)
}
