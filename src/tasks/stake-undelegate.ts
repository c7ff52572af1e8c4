/** `beacon run stake undelegate VALIDATOR [AMOUNT]`. */

import { undelegate } from '../cli/stake-wishes.ts'
import type { TaskContext } from '../plugin/context.ts'
import { amountOrAll } from './amount-or-all.ts'
import { carryOut } from './carry-out.ts'

interface Args {
  readonly validator: number
  /** Wei. */
  readonly amount: bigint | undefined
  readonly all: boolean
  readonly from: string | undefined
}

export default function stakeUndelegate({ validator, from, ...wished }: Args, context: TaskContext) {
  return carryOut(undelegate(validator, amountOrAll(wished)), from, context)
}
