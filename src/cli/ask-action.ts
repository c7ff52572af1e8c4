/** Has an account ask the Beacon Layer for something, and tells what a refusal means. */

import type { ActionType } from '../beacon/action-types.ts'
import { defineError } from '../errors/beacon-error.ts'
import type { Hex } from '../primitives/bytes.ts'
import type { RpcClient } from '../rpc/client.ts'
import { type AskedAction, sendAction } from './send-action.ts'
import type { SigningAccount } from './signing-account.ts'

export interface DoneAction {
  readonly action: ActionType
  readonly account: Hex
  readonly hash: Hex
  /** Of the Beacon block that holds it. */
  readonly height: number
}

/** Of those refusals that somebody at a desk meets; the others say it all. */
const HINTS: Readonly<Record<string, string>> = {
  INSUFFICIENT_BALANCE: '`beacon stake show` tells what the account has',
  INSUFFICIENT_STAKE:
    '`beacon stake show` tells what the account has put there; `all` takes out whatever it is',
  BELOW_MINIMUM_STAKE: 'a validator takes its own stake out once it has left: `beacon validator exit`',
  MOVED_LATELY: 'stake that has moved stays where it is until `beacon stake show` says that it is free',
  NOT_ACCEPTING_STAKE: 'choose another one: `beacon validator list`',
  UNKNOWN_VALIDATOR: '`beacon validator list` shows those that there are',
  NOTHING_TO_CLAIM: '`beacon stake show` tells what waits, and from which epoch on',
  NOT_A_VALIDATOR: 'pass --from with the validator whose account is to ask, as in --from validator-2',
  JAILED_FOR_LONGER: 'wait until the epoch that `beacon validator list` names',
  COMMISSION_CHANGED_LATELY: 'wait for the next epoch',
  PROPOSAL_PENDING: 'another one is decided first: `beacon runtime show`',
  PRESENT_RUNTIME: 'it executes the blocks already: `beacon runtime show`',
  UNKNOWN_PROPOSAL: '`beacon runtime show` tells what is proposed',
  ALREADY_APPROVED: '`beacon runtime show` tells who has approved',
  COMMISSION_OUT_OF_BOUNDS: 'a commission is at most 20 %, and changes by at most 1 % in an epoch',
}

export const ACTION_REFUSED = defineError<{ refusal: string }>({
  code: 'C311',
  name: 'ACTION_REFUSED',
  kind: 'user',
  message: ({ refusal }) => `the Beacon Layer refused it: ${refusal}`,
  hint: ({ refusal }) => HINTS[refusal] ?? 'docs/staking.md tells the rules',
})

/** Throws ACTION_REFUSED; the fee is gone then. */
export async function askAction(
  beacon: RpcClient,
  asked: AskedAction,
  { address: account, privateKey }: SigningAccount,
  timeoutMs: number,
): Promise<DoneAction> {
  const { refusal, hash, height } = await sendAction(beacon, asked, privateKey, timeoutMs)
  if (refusal !== null) throw ACTION_REFUSED({ refusal })
  return { action: asked.type, account, hash, height }
}
