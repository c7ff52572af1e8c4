/** `beacon run stake redelegate VALIDATOR TO [AMOUNT]`. */

import { redelegate } from '../cli/stake-wishes.ts'
import type { TaskContext } from '../plugin/context.ts'
import { amountOrAll } from './amount-or-all.ts'
import { carryOut } from './carry-out.ts'

interface Args {
  readonly validator: number
  readonly to: number
  /** Wei. */
  readonly amount: bigint | undefined
  readonly all: boolean
  readonly from: string | undefined
}

export default function stakeRedelegate({ validator, to, from, ...wished }: Args, context: TaskContext) {
  return carryOut(redelegate(validator, to, amountOrAll(wished)), from, context)
}
