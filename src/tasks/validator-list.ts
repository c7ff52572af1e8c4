/** `beacon run validator list`. */

import { describeValidators, listValidators } from '../cli/list-validators.ts'
import type { TaskContext } from '../plugin/context.ts'

export default async function validatorList(_: object, { openNetwork, print }: TaskContext) {
  const list = await listValidators(await openNetwork())
  for (const line of describeValidators(list.validators)) print(line)
  return list
}
