/**
 * What a tracer is told while a message runs. TRACED is a constant of the build: without it the calls of what is here aren't compiled, so that tracing
 * costs the EVM that isn't traced nothing. Integers are big-endian; addresses have 20 bytes, words 32:
 *
 *     step:  pc 4 | opcode 1 | depth 2 | gas 8 | refund 8 | stack (count 2, words, the lowest first) | memory (length 4, bytes) |
 *            returned (length 4, bytes), the last three empty unless they are wanted
 *     enter: opcode 1 | from | to | value | gas 8 | gas that is left to the caller 8 | input
 *     leave: end 1 | error 1 | has its code halted 1 | opcode that it ended with 1 | gas when it had 8 | gas that is left 8 | output; of the
 *            message itself too, which nothing enters
 *     log:   address | topics (count 1, words) | data
 */

import { Frame } from './frame'
import { HALTED } from './halt'
import { failure, outputLength, outputPointer } from './result'
import { Log, refund } from './state/log'
import { beginWriting, bytesOut, u16Out, u32Out, u64Out, u8Out, wordOut, writtenLength, writtenPointer } from './writer'

// @ts-ignore: decorator
@external('beacon:evm/tracer@0.1.0', 'wanted')
declare function hostWanted(): u32
// @ts-ignore: decorator
@external('beacon:evm/tracer@0.1.0', 'step')
declare function hostStep(pointer: usize, length: i32): void
// @ts-ignore: decorator
@external('beacon:evm/tracer@0.1.0', 'enter')
declare function hostEnter(pointer: usize, length: i32): void
// @ts-ignore: decorator
@external('beacon:evm/tracer@0.1.0', 'leave')
declare function hostLeave(pointer: usize, length: i32): void
// @ts-ignore: decorator
@external('beacon:evm/tracer@0.1.0', 'log')
declare function hostLog(pointer: usize, length: i32): void

const STEPS: u32 = 1
const STACK: u32 = 2
const MEMORY: u32 = 4
const RETURNED: u32 = 8
const WORD_BYTES: usize = 32

let wanted: u32 = 0
let lastOpcode: i32 = 0

export function beginTrace(): void {
  wanted = hostWanted()
}

/** Before `opcode` is executed, whether or not it can be. */
export function traceStep(frame: Frame, pc: i32, opcode: i32, top: usize, gas: i64): void {
  lastOpcode = opcode
  if ((wanted & STEPS) == 0) return
  beginWriting()
  u32Out(pc)
  u8Out(opcode)
  u16Out(frame.depth)
  u64Out(<u64>gas)
  u64Out(<u64>refund())
  const stackBytes = wanted & STACK ? top - frame.stack : 0
  u16Out(<i32>(stackBytes / WORD_BYTES))
  for (let at: usize = 0; at < stackBytes; at += WORD_BYTES) wordOut(frame.stack + at)
  sizedOut(frame.memory, wanted & MEMORY ? frame.memorySize : 0)
  sizedOut(frame.returned, wanted & RETURNED ? frame.returnedLength : 0)
  hostStep(writtenPointer(), <i32>writtenLength())
}

/** Addresses point to 20 bytes, `value` to a word. */
export function traceEnter(
  opcode: i32,
  from: usize,
  to: usize,
  value: usize,
  gas: i64,
  left: i64,
  input: usize,
  inputLength: i32,
): void {
  beginWriting()
  u8Out(opcode)
  bytesOut(from, 20)
  bytesOut(to, 20)
  wordOut(value)
  u64Out(<u64>gas)
  u64Out(<u64>left)
  bytesOut(input, <usize>inputLength)
  hostEnter(writtenPointer(), <i32>writtenLength())
}

/** With the output that is set. `exit` and `gasAtEnd` are from before a creation paid for its code; once code has halted, its gas means nothing. */
export function traceLeave(end: i32, exit: i32, gasAtEnd: i64, gasLeft: i64): void {
  leave(end, failure, exit == HALTED, gasAtEnd, gasLeft, outputPointer, outputLength)
}

/** Of a call that was entered in vain: its gas is given back. */
export function traceFailure(reason: i32, gas: i64): void {
  leave(HALTED, reason, false, gas, gas, 0, 0)
}

export function traceLog(log: Log): void {
  beginWriting()
  bytesOut(log.address, 20)
  u8Out(log.topicCount)
  bytesOut(log.topics, <usize>log.topicCount * WORD_BYTES)
  bytesOut(log.data, <usize>log.dataLength)
  hostLog(writtenPointer(), <i32>writtenLength())
}

function leave(
  end: i32,
  error: i32,
  hasHalted: bool,
  gasAtEnd: i64,
  gasLeft: i64,
  output: usize,
  length: i32,
): void {
  beginWriting()
  u8Out(end)
  u8Out(error)
  u8Out(hasHalted ? 1 : 0)
  u8Out(lastOpcode)
  u64Out(<u64>gasAtEnd)
  u64Out(<u64>gasLeft)
  bytesOut(output, <usize>length)
  hostLeave(writtenPointer(), <i32>writtenLength())
}

function sizedOut(from: usize, length: i32): void {
  u32Out(length)
  bytesOut(from, <usize>length)
}
