/**
 * Code, with what a jump may go to. That of accounts is kept by its hash beyond the message, for as long as there is room: it never changes, and
 * whether it is kept shows in nothing but the time that it takes.
 */

import { allocate, allocateZeroed } from './arena'
import { answerLength, getCode } from './host'

// @ts-ignore: decorator
@unmanaged
export class Code {
  bytes: usize
  length: i32
  /** A bit for each byte; zero: not looked for yet. */
  destinations: usize
}

const CODE_BYTES = offsetof<Code>()
/** Behind the end are as many zeros, so that the interpreter may read a PUSH32 anywhere. */
const PADDING: usize = 33

const JUMPDEST: u8 = 0x5b
const PUSH1: u8 = 0x60
const PUSH32: u8 = 0x7f

const SLOTS: usize = 1024
const SLOT_BYTES: usize = 40
const CODE_AT: usize = 32
const kept: usize = heap.alloc(SLOTS * SLOT_BYTES)
memory.fill(kept, 0, SLOTS * SLOT_BYTES)
let keptBytes: usize = 0
const KEPT_BYTES_MAX: usize = 32 * 1024 * 1024

const none: Code = changetype<Code>(memory.data(64, 8))

export function emptyCode(): Code {
  if (none.bytes == 0) none.bytes = changetype<usize>(none) + CODE_BYTES
  return none
}

/** Of the arena's: initcode, or what a creation has returned. The bytes are copied. */
export function codeFrom(bytes: usize, length: i32): Code {
  const code = changetype<Code>(allocate(CODE_BYTES))
  code.bytes = allocateZeroed(<usize>length + PADDING)
  memory.copy(code.bytes, bytes, <usize>length)
  code.length = length
  code.destinations = 0
  return code
}

export function codeOf(hash: usize): Code {
  const slot = kept + <usize>(load<u32>(hash) & ((<u32>SLOTS) - 1)) * SLOT_BYTES
  const before: usize = load<u32>(slot, CODE_AT)
  if (before != 0 && memory.compare(slot, hash, 32) == 0) return changetype<Code>(before)
  const bytes = getCode(hash)
  const length = answerLength
  const size = CODE_BYTES + <usize>length + PADDING + bitmapBytes(length)
  // Whose slot is taken may be running; so nothing is freed before the message's end.
  if (before != 0 || keptBytes + size > KEPT_BYTES_MAX) return codeFrom(bytes, length)
  const pointer = heap.alloc(size)
  memory.fill(pointer, 0, size)
  const code = changetype<Code>(pointer)
  code.bytes = pointer + CODE_BYTES
  code.length = length
  memory.copy(code.bytes, bytes, <usize>length)
  findDestinations(code, code.bytes + <usize>length + PADDING)
  memory.copy(slot, hash, 32)
  store<u32>(slot, pointer, CODE_AT)
  keptBytes += size
  return code
}

/** Between messages: room for others once it is used up. */
export function trimKept(): void {
  if (keptBytes < KEPT_BYTES_MAX / 2) return
  for (let i: usize = 0; i < SLOTS; i++) {
    const code: usize = load<u32>(kept + i * SLOT_BYTES, CODE_AT)
    if (code != 0) heap.free(code)
  }
  memory.fill(kept, 0, SLOTS * SLOT_BYTES)
  keptBytes = 0
}

export function prepareJumps(code: Code): void {
  if (code.destinations == 0) findDestinations(code, allocateZeroed(bitmapBytes(code.length)))
}

// @ts-ignore: decorator
@inline
export function isDestination(code: Code, at: i64): bool {
  if (<u64>at >= <u64>code.length) return false
  return ((load<u8>(code.destinations + <usize>(at >> 3)) >> (<u8>at & 7)) & 1) != 0
}

function bitmapBytes(length: i32): usize {
  return ((<usize>length) >> 3) + 1
}

/** JUMPDESTs that aren't data of a PUSH. */
function findDestinations(code: Code, bitmap: usize): void {
  const bytes = code.bytes
  const length = <usize>code.length
  for (let at: usize = 0; at < length; at++) {
    const opcode = load<u8>(bytes + at)
    if (opcode == JUMPDEST) {
      const place = bitmap + (at >> 3)
      store<u8>(place, load<u8>(place) | (1 << (<u8>at & 7)))
    } else if (opcode >= PUSH1 && opcode <= PUSH32) at += <usize>(opcode - PUSH1) + 1
  }
  code.destinations = bitmap
}
