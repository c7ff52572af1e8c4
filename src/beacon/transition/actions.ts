/**
 * Applies an account's action. Whoever can't be charged may not be in a block at all; whoever can pays the flat fee, which is burned,
 * and then gets what was asked for or a refusal that changes nothing else.
 */

import type { Hex } from '../../primitives/bytes.ts'
import type { RollupId } from '../../primitives/ids.ts'
import type { Action, Transfer } from '../action-types.ts'
import { recoverActionSender, type SignedAction } from '../actions.ts'
import { burn, charge, pay } from './balances.ts'
import type { BlockContext } from './context.ts'
import { claim, type DelegationFault, delegate, redelegate, undelegate } from './delegations.ts'
import { closeRollup, type RegistryFault, registerRollup } from './registry.ts'
import { approveRuntime, proposeRuntime, publishCode, type UpgradeFault } from './upgrades.ts'
import { exitValidator, registerValidator, setCommission, unjail, type ValidatorFault } from './validators.ts'

/** Why a charged action did nothing. Permanent: its text is in receipts. */
export type Refusal = RegistryFault | ValidatorFault | DelegationFault | UpgradeFault

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
  burn(state, params.actionFee)
  const outcome = context.attempt(
    () => perform(context, sender, signed.action),
    (result) => typeof result !== 'string',
  )
  return {
    hash: signed.hash,
    sender,
    type: signed.action.type,
    refusal: typeof outcome === 'string' ? outcome : null,
    rollup: typeof outcome === 'number' ? outcome : null,
  }
}

/** The rollup that was registered or closed, if the action is about one. */
function perform(context: BlockContext, sender: Hex, action: Action): RollupId | Refusal | null {
  switch (action.type) {
    case 'transfer':
      return transfer(context, sender, action)
    case 'registerRollup':
      return registerRollup(context, sender, action.spec)
    case 'closeRollup':
      return closeRollup(context, sender, action.rollup)
    case 'registerValidator':
      return registerValidator(context, sender, action)
    case 'delegate':
      return delegate(context, sender, action)
    case 'undelegate':
      return undelegate(context, sender, action)
    case 'redelegate':
      return redelegate(context, sender, action)
    case 'claim':
      return claim(context, sender, action)
    case 'setCommission':
      return setCommission(context, sender, action)
    case 'exitValidator':
      return exitValidator(context, sender)
    case 'unjail':
      return unjail(context, sender)
    case 'publishCode':
      return publishCode(context, sender, action)
    case 'proposeRuntime':
      return proposeRuntime(context, sender, action.code)
    case 'approveRuntime':
      return approveRuntime(context, sender, action.code)
  }
}

function transfer({ state }: BlockContext, from: Hex, { to, amount }: Transfer): Refusal | null {
  if (!charge(state, from, amount)) return 'INSUFFICIENT_BALANCE'
  pay(state, to, amount)
  return null
}
