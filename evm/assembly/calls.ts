/** Calls and creations: what they cost, the frame that they prepare, and how their result comes back. */

import { Code, codeFrom } from './code'
import { creationAddress, saltedAddress } from './creation-address'
import { delegate } from './delegation'
import { accountOf, clearFrame, DEPTH_MAX, Frame, frameAt, rangeAt, reserve } from './frame'
import {
  CALL_STIPEND,
  CALL_VALUE,
  CODE_BYTES_MAX,
  DEPOSIT_BYTE,
  INITCODE_BYTES_MAX,
  INITCODE_WORD,
  KECCAK_WORD,
  NEW_ACCOUNT,
  wordsOf,
} from './gas'
import {
  CALLS,
  CALL_TOO_DEEP,
  CODE_TOO_LARGE,
  CREATE_COLLISION,
  DEPOSIT_OUT_OF_GAS,
  HALTED,
  INITCODE_TOO_LARGE,
  INSUFFICIENT_BALANCE,
  INVALID_CODE,
  NONCE_OVERFLOW,
  OUT_OF_GAS,
  PRECOMPILE_FAILED,
  RETURNED,
  REVERTED,
  STATIC_STATE_CHANGE,
} from './halt'
import { answerLength, callPrecompile } from './host'
import { keccak256 } from './keccak'
import { accessGas, accountOfWord } from './opcodes/accounts'
import { precompileAt } from './precompiles'
import { clearResult, halt, outputLength, outputPointer, setOutput } from './result'
import {
  Account,
  accountAt,
  addressOf,
  canPay,
  codeAt,
  isCodeless,
  isEmpty,
  markCreated,
  move,
  setCode,
  setNonce,
  warm,
} from './state/account'
import { checkpoint, revertTo } from './state/undo'
import { traceEnter, traceFailure, traceLeave } from './trace'
import { copyWord, isZero, readAddress, saturate, setU64 } from './word/word'

/** No call to wait for: its result is on the stack. */
export const CONTINUES: i32 = -1

const CREATE: i32 = 0xf0
const CALL: i32 = 0xf1
const CALLCODE: i32 = 0xf2
const DELEGATECALL: i32 = 0xf4
const CREATE2: i32 = 0xf5
const STATICCALL: i32 = 0xfa
const EOF_MAGIC: u8 = 0xef
const zero = memory.data(32, 8)

/** CALL and its kin. Operands, from the top: gas, address, value where there is one, input (offset, size), output (offset, size). */
export function beginCall(frame: Frame, opcode: i32): i32 {
  const top = frame.top
  const hasValue = opcode == CALL || opcode == CALLCODE
  const value = hasValue ? top - 96 : zero
  const rest = hasValue ? top - 96 : top - 64
  const isPaid = hasValue && !isZero(value)
  if (isPaid && opcode == CALL && frame.isStatic) return halt(STATIC_STATE_CHANGE)
  let gas = reserve(frame, rest - 32, rest - 64, frame.gas)
  if (gas >= 0) gas = reserve(frame, rest - 96, rest - 128, gas)
  if (gas < 0) return halt(OUT_OF_GAS)
  const target = accountOfWord(top - 64)
  gas -= accessGas(target)
  if (gas < 0) return halt(OUT_OF_GAS)
  const executed = delegate(target)
  if (executed != target) gas -= accessGas(executed)
  if (isPaid) gas -= CALL_VALUE
  if (isPaid && opcode == CALL && isEmpty(target)) gas -= NEW_ACCOUNT
  if (gas < 0) return halt(OUT_OF_GAS)
  const given = min(saturate(top - 32), gas - gas / 64)
  frame.gas = gas - given
  frame.outputLength = <i32>saturate(rest - 128)
  frame.outputAt = frame.outputLength == 0 ? 0 : <i32>saturate(rest - 96)
  frame.top = rest - 128
  const inputLength = saturate(rest - 64)
  const input = rangeAt(frame, rest - 32, inputLength)
  const childGas = isPaid ? given + CALL_STIPEND : given
  if (TRACED) {
    const shown = opcode == DELEGATECALL ? frame.value : value
    const from = addressOf(accountOf(frame))
    traceEnter(opcode, from, addressOf(target), shown, childGas, frame.gas, input, <i32>inputLength)
  }
  if (frame.depth == DEPTH_MAX || (isPaid && !canPay(accountOf(frame), value))) {
    if (TRACED) traceFailure(frame.depth == DEPTH_MAX ? CALL_TOO_DEEP : INSUFFICIENT_BALANCE, childGas)
    frame.gas += childGas
    clearResult()
    return giveBack(frame, false)
  }
  const child = frameAt(frame.depth + 1)
  child.gas = childGas
  copyWord(child.value, opcode == DELEGATECALL ? frame.value : value)
  child.caller = opcode == DELEGATECALL ? frame.caller : addressOf(accountOf(frame))
  child.account = opcode == CALL || opcode == STATICCALL ? changetype<usize>(target) : frame.account
  child.isStatic = frame.isStatic || opcode == STATICCALL
  child.input = input
  child.inputLength = <i32>inputLength
  const exit = enter(child, target, executed, opcode == CALL ? accountOf(frame) : null)
  return exit == CALLS ? CALLS : resume(frame, child, exit)
}

/**
 * Begins the call of `target` by `child`, running the code of `executed`, and moves its value if somebody pays. Gives CALLS if there is code to
 * run, else how it ended.
 */
export function enter(child: Frame, target: Account, executed: Account, payer: Account | null): i32 {
  child.mark = checkpoint()
  child.isCreation = false
  clearResult()
  if (payer !== null) move(payer, changetype<Account>(child.account), child.value)
  const number = precompileAt(addressOf(target))
  if (number != 0) return runPrecompile(child, number)
  // A delegation to a precompile runs nothing (EIP-7702).
  const code = executed != target && precompileAt(addressOf(executed)) != 0 ? 0 : codeAt(executed).length
  if (code == 0) return RETURNED
  begin(child, codeAt(executed))
  return CALLS
}

/** CREATE and CREATE2. Operands, from the top: value, initcode (offset, size), salt. */
export function beginCreation(frame: Frame, isSalted: bool): i32 {
  if (frame.isStatic) return halt(STATIC_STATE_CHANGE)
  const top = frame.top
  const value = top - 32
  const size = saturate(top - 96)
  if (size > INITCODE_BYTES_MAX) return halt(INITCODE_TOO_LARGE)
  let gas = reserve(frame, top - 64, top - 96, frame.gas)
  if (gas < 0) return halt(OUT_OF_GAS)
  gas -= wordsOf(size) * (isSalted ? INITCODE_WORD + KECCAK_WORD : INITCODE_WORD)
  if (gas < 0) return halt(OUT_OF_GAS)
  const given = gas - gas / 64
  frame.gas = gas - given
  const creator = accountOf(frame)
  const initcode = rangeAt(frame, top - 64, size)
  const salt = top - 128
  frame.top = isSalted ? salt : top - 96
  const nonce = creator.nonce
  if (TRACED) {
    const address = isSalted
      ? saltedAddress(addressOf(creator), salt, initcode, <usize>size)
      : creationAddress(addressOf(creator), nonce)
    const opcode = isSalted ? CREATE2 : CREATE
    traceEnter(opcode, addressOf(creator), address, value, given, frame.gas, initcode, <i32>size)
  }
  if (frame.depth == DEPTH_MAX || !canPay(creator, value) || nonce == u64.MAX_VALUE) {
    if (TRACED) {
      traceFailure(
        frame.depth == DEPTH_MAX ? CALL_TOO_DEEP : canPay(creator, value) ? NONCE_OVERFLOW : INSUFFICIENT_BALANCE,
        given,
      )
    }
    frame.gas += given
    clearResult()
    frame.returnedLength = 0
    push(frame, 0)
    return CONTINUES
  }
  setNonce(creator, nonce + 1)
  const address = isSalted
    ? saltedAddress(addressOf(creator), salt, initcode, <usize>size)
    : creationAddress(addressOf(creator), nonce)
  const child = frameAt(frame.depth + 1)
  child.gas = given
  child.caller = addressOf(creator)
  child.isStatic = false
  copyWord(child.value, value)
  const exit = enterCreation(child, accountAt(address), creator, codeFrom(initcode, <i32>size))
  return exit == CALLS ? CALLS : resume(frame, child, exit)
}

/** Begins the creation of `account` by `child`. Gives CALLS, or HALTED if there is one already. */
export function enterCreation(child: Frame, account: Account, payer: Account, initcode: Code): i32 {
  warm(account)
  child.account = changetype<usize>(account)
  child.input = 0
  child.inputLength = 0
  child.isCreation = true
  child.mark = checkpoint()
  clearResult()
  // EIP-7610: also storage without code.
  if (account.nonce != 0 || !isCodeless(account) || account.hasStorage) return halt(CREATE_COLLISION)
  markCreated(account)
  setNonce(account, 1)
  move(payer, account, child.value)
  begin(child, initcode)
  return CALLS
}

/** What becomes of a creation whose initcode has returned: its output is the code. */
export function deposit(child: Frame): i32 {
  const length = outputLength
  if (length > CODE_BYTES_MAX) return halt(CODE_TOO_LARGE)
  if (length > 0 && load<u8>(outputPointer) == EOF_MAGIC) return halt(INVALID_CODE)
  child.gas -= DEPOSIT_BYTE * <i64>length
  if (child.gas < 0) return halt(DEPOSIT_OUT_OF_GAS)
  if (length > 0) {
    keccak256(hash, outputPointer, <usize>length)
    setCode(accountOf(child), codeFrom(outputPointer, length), hash)
  }
  return RETURNED
}

const hash = memory.data(32, 8)

/** Undoes what a call has done that did not succeed, and takes its gas if it halted. */
export function settle(child: Frame, exit: i32): i32 {
  const end = exit == RETURNED && child.isCreation ? deposit(child) : exit
  if (end != RETURNED) revertTo(child.mark)
  if (end == HALTED) child.gas = 0
  return end
}

/** `frame` goes on after `child` has ended. */
export function resume(frame: Frame, child: Frame, exit: i32): i32 {
  const gasAtEnd = child.gas
  const end = settle(child, exit)
  if (TRACED) traceLeave(end, exit, gasAtEnd, child.gas)
  frame.gas += child.gas
  if (!child.isCreation) return giveBack(frame, end == RETURNED)
  if (end == REVERTED) keepOutput(frame)
  else {
    frame.returned = 0
    frame.returnedLength = 0
  }
  clearResult()
  push(frame, end == RETURNED ? addressOf(accountOf(child)) : 0)
  return CONTINUES
}

/** The result of a call: what it returned, and whether it succeeded. */
function giveBack(frame: Frame, succeeded: bool): i32 {
  keepOutput(frame)
  const length = min(frame.outputLength, frame.returnedLength)
  if (length > 0) memory.copy(frame.memory + <usize>frame.outputAt, frame.returned, <usize>length)
  clearResult()
  setU64(frame.top, u64(succeeded))
  frame.top += 32
  return CONTINUES
}

function keepOutput(frame: Frame): void {
  frame.returned = outputPointer
  frame.returnedLength = outputLength
}

function push(frame: Frame, address: usize): void {
  if (address == 0) setU64(frame.top, 0)
  else readAddress(frame.top, address)
  frame.top += 32
}

function begin(child: Frame, code: Code): void {
  clearFrame(child)
  child.code = changetype<usize>(code)
}

function runPrecompile(child: Frame, number: i32): i32 {
  const answer = callPrecompile(number, child.gas, child.input, child.inputLength)
  const length = answerLength
  if (load<u8>(answer) == 0) return halt(PRECOMPILE_FAILED)
  const taken = <i64>bswap(load<u64>(answer, 1))
  if (taken > child.gas) return halt(OUT_OF_GAS)
  child.gas -= taken
  setOutput(answer + 9, length - 9)
  return RETURNED
}
