/** A message from its beginning to its end: frames are run one after another, so that the host's stack has no say in how deep calls go. */

import { enter, enterCreation, resume, settle } from './calls'
import { codeFrom } from './code'
import { creationAddress } from './creation-address'
import { delegate } from './delegation'
import { environment } from './environment'
import { clearFrame, Frame, frameAt } from './frame'
import { CALLS, INSUFFICIENT_BALANCE } from './halt'
import { interpret } from './interpreter'
import * as message from './message'
import { writeOutcome } from './outcome'
import { prepareTable } from './opcodes/table'
import { halt } from './result'
import { accountAt, addressOf, canPay, warm } from './state/account'
import { forgetAll } from './state/undo'
import { beginTrace, traceLeave } from './trace'
import { copyWord } from './word/word'

/** The message has been read; its outcome is written. */
export function execute(): void {
  prepareTable(environment.fork)
  if (TRACED) beginTrace()
  const caller = accountAt(message.caller)
  // EIP-2929 and EIP-3651; precompiles are warm by themselves.
  warm(caller)
  warm(accountAt(environment.beneficiary))
  const frame = frameAt(0)
  clearFrame(frame)
  frame.gas = message.gas
  frame.caller = addressOf(caller)
  frame.isStatic = false
  frame.isCreation = !message.hasRecipient
  frame.mark = 0
  copyWord(frame.value, message.value)
  let created: usize = 0
  let exit: i32
  if (message.hasRecipient) {
    const target = accountAt(message.recipient)
    warm(target)
    const executed = delegate(target)
    warm(executed)
    forgetAll()
    frame.account = changetype<usize>(target)
    frame.input = message.data
    frame.inputLength = message.dataLength
    exit = canPay(caller, message.value) ? enter(frame, target, executed, caller) : halt(INSUFFICIENT_BALANCE)
  } else {
    // The nonce was taken already.
    const account = accountAt(creationAddress(addressOf(caller), caller.nonce - 1))
    created = addressOf(account)
    warm(account)
    forgetAll()
    exit = canPay(caller, message.value)
      ? enterCreation(frame, account, caller, codeFrom(message.data, message.dataLength))
      : halt(INSUFFICIENT_BALANCE)
  }
  const ended = exit == CALLS ? runFrom(frame) : exit
  const gasAtEnd = frame.gas
  const end = settle(frame, ended)
  if (TRACED) traceLeave(end, ended, gasAtEnd, frame.gas)
  writeOutcome(end, message.gas - frame.gas, created)
}

/** Runs frames until the first has ended; gives how. */
function runFrom(first: Frame): i32 {
  let frame = first
  while (true) {
    let exit = interpret(frame)
    if (exit == CALLS) {
      frame = frameAt(frame.depth + 1)
      continue
    }
    if (frame.depth == 0) return exit
    const parent = frameAt(frame.depth - 1)
    resume(parent, frame, exit)
    frame = parent
  }
}
