/** What the call that ended last gave: bytes in its memory or the arena, and why it halted if it did. */

import { HALTED, NO_ERROR } from './halt'

export let outputPointer: usize = 0
export let outputLength: i32 = 0
export let failure: i32 = NO_ERROR

export function setOutput(pointer: usize, length: i32): void {
  outputPointer = pointer
  outputLength = length
}

export function halt(reason: i32): i32 {
  failure = reason
  setOutput(0, 0)
  return HALTED
}

/** For what gives the gas that is left: none, for another reason than gas. */
export function fail(reason: i32): i64 {
  failure = reason
  return -1
}

export function clearResult(): void {
  failure = NO_ERROR
  setOutput(0, 0)
}
