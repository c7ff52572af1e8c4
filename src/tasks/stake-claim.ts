/** `beacon run stake claim VALIDATOR`. */

import { claim } from '../cli/stake-wishes.ts'
import type { TaskContext } from '../plugin/context.ts'
import { carryOut } from './carry-out.ts'

interface Args {
  readonly validator: number
  readonly from: string | undefined
}

export default function stakeClaim({ validator, from }: Args, context: TaskContext) {
  return carryOut(claim(validator), from, context)
}
