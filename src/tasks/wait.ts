/** `beacon run wait TX`. */

import { findTransaction, RUNG_NOT_REACHED, waitForRung } from '../cli/find-transaction.ts'
import type { TaskContext } from '../plugin/context.ts'
import type { Hex } from '../primitives/bytes.ts'
import type { Rung } from '../primitives/ladder.ts'

interface Args {
  readonly tx: Hex
  readonly rung: Rung
  readonly rollup: string | undefined
}

export default async function wait({ tx, rung, rollup }: Args, context: TaskContext) {
  const { timeoutMs, print } = context
  const deadline = Date.now() + timeoutMs
  const found = await findTransaction(await context.openNetwork(), tx, rollup)
  const status = await waitForRung(found, rung, deadline)
  if (status === null) throw RUNG_NOT_REACHED({ hash: tx, rung, at: found.status.rung, timeoutMs })
  print(`${tx} is ${status.rung}`)
  return { rollup: found.endpoint.name, ...status }
}
