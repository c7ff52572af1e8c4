/**
 * Applies an account's action. Whoever can't be charged may not be in a block at all; whoever can pays the flat fee, which is burned, and then gets
 * what was asked for or a refusal that changes nothing else.
 */

import * as types from '../action-types'
import { recoverActionSender, SignedAction } from '../actions'
import { NONE } from '../primitives/ids'
import { Receipt } from '../receipt'
import { Account } from '../values'
import { burn, charge, pay } from './balances'
import { BlockContext } from './context'
import { claim, delegate, redelegate, undelegate } from './delegations'
import { Outcome } from './outcome'
import { closeRollup, registerRollup } from './registry'
import { approveRuntime, proposeRuntime, publishCode } from './upgrades'
import { exitValidator, registerValidator, setCommission, unjail } from './validators'

export class Application {
  constructor(
    /** A block with such an action is invalid. */
    readonly fault: string | null,
    readonly receipt: Receipt | null,
  ) {}

  static invalid(fault: string): Application {
    return new Application(fault, null)
  }
}

export function applyAction(context: BlockContext, signed: SignedAction): Application {
  const state = context.state
  const fee = context.params.actionFee
  const action = signed.action
  const sender = recoverActionSender(context.identity, signed)
  if (sender === null) return Application.invalid('BAD_SIGNATURE')
  const account = state.account(sender)
  if (account.nonce != action.nonce) return Application.invalid('WRONG_NONCE')
  if (account.balance < fee) return Application.invalid('FEE_NOT_COVERED')
  state.setAccount(sender, new Account(account.nonce + 1, account.balance - fee))
  burn(state, fee)
  context.beginAttempt()
  const outcome = perform(context, sender, action)
  context.endAttempt(outcome.refusal === null)
  return new Application(null, new Receipt(signed.hash, sender, action.type, outcome.refusal, outcome.rollup))
}

function perform(context: BlockContext, sender: string, action: types.Action): Outcome {
  if (action.type == types.REGISTER_ROLLUP) return registerRollup(context, sender, action.spec!)
  if (action.type == types.CLOSE_ROLLUP) return closeRollup(context, sender, action.rollup)
  return new Outcome(performStaking(context, sender, action), NONE)
}

function performStaking(context: BlockContext, sender: string, action: types.Action): string | null {
  switch (<i32>action.type) {
    case types.TRANSFER:
      return transfer(context, sender, action)
    case types.REGISTER_VALIDATOR:
      return registerValidator(context, sender, action)
    case types.DELEGATE:
      return delegate(context, sender, action)
    case types.UNDELEGATE:
      return undelegate(context, sender, action)
    case types.REDELEGATE:
      return redelegate(context, sender, action)
    case types.CLAIM:
      return claim(context, sender, action)
    case types.SET_COMMISSION:
      return setCommission(context, sender, action)
    case types.EXIT_VALIDATOR:
      return exitValidator(context, sender)
    case types.UNJAIL:
      return unjail(context, sender)
    case types.PUBLISH_CODE:
      return publishCode(context, sender, action)
    case types.PROPOSE_RUNTIME:
      return proposeRuntime(context, sender, action.code)
    default:
      return approveRuntime(context, sender, action.code)
  }
}

function transfer(context: BlockContext, from: string, action: types.Action): string | null {
  if (!charge(context.state, from, action.amount)) return 'INSUFFICIENT_BALANCE'
  pay(context.state, action.to, action.amount)
  return null
}
