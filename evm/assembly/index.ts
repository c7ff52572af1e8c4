/** The component's exports, in the canonical ABI of ../beacon-evm.wit. */

import { reset } from './arena'
import { trimKept } from './code'
import { execute } from './execute'
import { trimFrames } from './frame'
import { allocateForHost } from './host'
import { readMessage } from './message'
import { clearResult } from './result'
import { forgetAccounts } from './state/account'
import { forgetLogs } from './state/log'
import { forgetSlots } from './state/slot'
import { forgetAll } from './state/undo'
import { writtenLength, writtenPointer } from './writer'

/** Where a result's pointer and length are. */
const RESULT = memory.data(8, 4)
const POINTER_BYTES: usize = 4

export function cabi_realloc(old: usize, oldSize: usize, align: usize, size: usize): usize {
  return size == 0 ? align : allocateForHost(old, oldSize, size)
}

/** The message lies in the arena, which is given back when it is over. */
export function run(pointer: usize, length: i32): usize {
  clearResult()
  readMessage(pointer, length)
  execute()
  store<u32>(RESULT, writtenPointer())
  store<i32>(RESULT, <i32>writtenLength(), POINTER_BYTES)
  forget()
  return RESULT
}

/** Nothing of a message is left for the next one but code, by its hash. */
function forget(): void {
  forgetAccounts()
  forgetSlots()
  forgetLogs()
  forgetAll()
  trimFrames()
  trimKept()
  reset()
}
