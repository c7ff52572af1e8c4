/** `beacon run stake delegate VALIDATOR AMOUNT`. */

import { delegate } from '../cli/stake-wishes.ts'
import type { TaskContext } from '../plugin/context.ts'
import { carryOut } from './carry-out.ts'

interface Args {
  readonly validator: number
  /** Wei. */
  readonly amount: bigint
  readonly from: string | undefined
}

export default function stakeDelegate({ validator, amount, from }: Args, context: TaskContext) {
  return carryOut(delegate(validator, amount), from, context)
}
