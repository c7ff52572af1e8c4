/** What the commands share that have an account ask the Beacon Layer for something: whose name they act in, and what a refusal means. */

import { Args, Flags, type Interfaces } from '@oclif/core'
import { ALL_TOKENS } from '../beacon/action-types.ts'
import { defineError } from '../errors/beacon-error.ts'
import type { Hex } from '../primitives/bytes.ts'
import type { RpcClient } from '../rpc/client.ts'
import { formatTokens, parseTokens } from './amounts.ts'
import { BaseCommand } from './base-command.ts'
import { USAGE } from './failure.ts'
import { openNetwork } from './network.ts'
import { type ActionReceipt, type AskedAction, sendAction } from './send-action.ts'
import { KEY_VARIABLE, type SigningAccount, signingAccount } from './signing-account.ts'

type CommonFlags = Interfaces.InferredFlags<(typeof BaseCommand)['baseFlags']>

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

export const FROM_FLAG = {
  from: Flags.string({
    summary: `who asks: a dev account, or a validator of this devnet (the key in ${KEY_VARIABLE}, or else dev account 0)`,
    helpValue: '0|validator-2',
  }),
}

export const VALIDATOR_ARG = Args.integer({ required: true, min: 0, description: 'its number' })
export const AMOUNT_ARG = Args.string({ required: true, description: 'in tokens, as in 32000 or 0.5' })
export const AMOUNT_OR_ALL_ARG = Args.string({ required: true, description: 'in tokens, or all' })

export abstract class ActionCommand extends BaseCommand {
  protected signer(flags: CommonFlags & { from?: string | undefined }): SigningAccount {
    return signingAccount(this.folder(flags), flags.from)
  }

  /** Throws ACTION_REFUSED; the fee is gone then. */
  protected async ask(
    flags: CommonFlags & { from?: string | undefined },
    asked: AskedAction,
    done: string,
  ): Promise<void> {
    const { privateKey, address } = this.signer(flags)
    const { beacon } = await openNetwork(this.folder(flags), flags.timeout)
    const { hash, height } = await askFor(beacon, asked, privateKey, flags.timeout)
    this.report({ action: asked.type, account: address, hash, height }, () => {
      this.output.print(`${done}: Beacon block ${height}`)
    })
  }
}

/** Throws ACTION_REFUSED; the fee is gone then. */
export async function askFor(
  beacon: RpcClient,
  asked: AskedAction,
  privateKey: Hex,
  timeoutMs: number,
): Promise<ActionReceipt> {
  const receipt = await sendAction(beacon, asked, privateKey, timeoutMs)
  if (receipt.refusal !== null) throw ACTION_REFUSED({ refusal: receipt.refusal })
  return receipt
}

/** Wei, or {@link ALL_TOKENS}. */
export function parseAmountOrAll(text: string): bigint {
  return text === 'all' ? ALL_TOKENS : parseTokens(text)
}

export function describeAmount(wei: bigint): string {
  return wei === ALL_TOKENS ? 'everything' : formatTokens(wei)
}

/** Basis points of "6%", "6.25 %" or "6". */
export function parsePercent(text: string): number {
  const match = /^(\d{1,2})(?:\.(\d{1,2}))?\s*%?$/.exec(text)
  if (match === null) {
    throw USAGE({
      problem: `'${text}' is no percentage with at most two decimals`,
      help: 'beacon validator commission --help',
    })
  }
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
}
