/** What the commands share that have an account ask the Beacon Layer for something: whose name they act in. */

import { Args, Flags, type Interfaces } from '@oclif/core'
import { ALL_TOKENS } from '../beacon/action-types.ts'
import { parseTokens } from './amounts.ts'
import { askAction } from './ask-action.ts'
import { BaseCommand } from './base-command.ts'
import { USAGE } from './failure.ts'
import { openNetwork } from './network.ts'
import { KEY_VARIABLE, type SigningAccount, signingAccount } from './signing-account.ts'
import type { StakeWish } from './stake-wishes.ts'

type CommonFlags = Interfaces.InferredFlags<(typeof BaseCommand)['baseFlags']>

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
    { asked, done }: StakeWish,
  ): Promise<void> {
    const account = this.signer(flags)
    const { beacon } = await openNetwork(this.folder(flags), flags.timeout)
    const result = await askAction(beacon, asked, account, flags.timeout)
    this.report(result, () => this.output.print(`${done}: Beacon block ${result.height}`))
  }
}

/** Wei, or {@link ALL_TOKENS}. */
export function parseAmountOrAll(text: string): bigint {
  return text === 'all' ? ALL_TOKENS : parseTokens(text)
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
