/**
 * Applies an account's action. Whoever can't be charged may not be in a block at all; whoever can pays the flat fee, which is burned,
 * and then gets what was asked for or a refusal that changes nothing else.
 */

import type { Hex } from '../../primitives/bytes.ts'
import type { RollupId } from '../../primitives/ids.ts'
import { type Action, recoverActionSender, type SignedAction } from '../actions.ts'
import type { BeaconState } from '../state.ts'
import type { BlockContext } from './context.ts'
import { closeRollup, type RegistryFault, registerRollup } from './registry.ts'

/** Why a charged action did nothing. Permanent: its text is in receipts. */
export type Refusal = RegistryFault | 'INSUFFICIENT_BALANCE'

export interface Receipt {
  /** The action's. */
  readonly hash: Hex
  readonly sender: Hex
  readonly type: Action['type']
  /** Null if the action was applied. */
  readonly refusal: Refusal | null
  /** Registered or closed by it. */
  readonly rollup: RollupId | null
}

/** A block with such an action is invalid. */
export type ActionFault = 'BAD_SIGNATURE' | 'WRONG_NONCE' | 'FEE_NOT_COVERED'

export function applyAction(context: BlockContext, signed: SignedAction): Receipt | ActionFault {
  const { state, params, identity, host } = context
  const sender = recoverActionSender(identity, signed, host.recoverAddress)
  if (sender === null) return 'BAD_SIGNATURE'
  const account = state.account(sender)
  if (account.nonce !== signed.action.nonce) return 'WRONG_NONCE'
  if (account.balance < params.actionFee) return 'FEE_NOT_COVERED'
  state.setAccount(sender, { nonce: account.nonce + 1, balance: account.balance - params.actionFee })
  state.setBurned(state.burned() + params.actionFee)
  const outcome = perform(context, sender, signed.action)
  return {
    hash: signed.hash,
    sender,
    type: signed.action.type,
    refusal: typeof outcome === 'string' ? outcome : null,
    rollup: typeof outcome === 'number' ? outcome : null,
  }
}

function perform(context: BlockContext, sender: Hex, action: Action): RollupId | Refusal | null {
  if (action.type === 'registerRollup') return registerRollup(context, sender, action.spec)
  if (action.type === 'closeRollup') return closeRollup(context, sender, action.rollup)
  return transfer(context.state, sender, action.to, action.amount)
}

function transfer(state: BeaconState, from: Hex, to: Hex, amount: bigint): Refusal | null {
  const source = state.account(from)
  if (source.balance < amount) return 'INSUFFICIENT_BALANCE'
  state.setAccount(from, { ...source, balance: source.balance - amount })
  const target = state.account(to)
  state.setAccount(to, { ...target, balance: target.balance + amount })
  return null
}
