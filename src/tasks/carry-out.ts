/** Has an account ask for what a task is about. */

import { dirname } from 'node:path'
import { askAction, type DoneAction } from '../cli/ask-action.ts'
import { signingAccount } from '../cli/signing-account.ts'
import type { StakeWish } from '../cli/stake-wishes.ts'
import { devnetFolder } from '../devnet/folder.ts'
import type { TaskContext } from '../plugin/context.ts'

/** `from` as {@link signingAccount} takes it. Throws ACTION_REFUSED; the fee is gone then. */
export async function carryOut(
  { asked, done }: StakeWish,
  from: string | undefined,
  { devnet, timeoutMs, openNetwork, print }: TaskContext,
): Promise<DoneAction> {
  const { beacon, endpoints } = await openNetwork()
  const account = signingAccount(devnetFolder(dirname(endpoints.dir), devnet), from)
  const result = await askAction(beacon, asked, account, timeoutMs)
  print(`${done}: Beacon block ${result.height}`)
  return result
}
