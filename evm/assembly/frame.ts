/** One call in progress. Frames are kept for each depth, so that a call costs no allocation; how deep they go is 1,024, whatever the host's stack. */

import { Code } from './code'
import { MEMORY_QUADRATIC, MEMORY_WORD, wordsOf } from './gas'
import { Account } from './state/account'
import { saturate } from './word/word'

export const DEPTH_MAX: i32 = 1024
export const STACK_WORDS: i32 = 1024
const STACK_BYTES: usize = <usize>STACK_WORDS * 32
/** What memory ends at, at the latest: more would cost 5 * 10^11 gas, a thousand times what any block has. */
const MEMORY_BYTES_MAX: i64 = 512 * 1024 * 1024
const MEMORY_BYTES_KEPT: i32 = 1024 * 1024

// @ts-ignore: decorator
@unmanaged
export class Frame {
  gas: i64
  /** The operand stack: where it begins, and behind its top. */
  stack: usize
  top: usize
  pc: i32
  /** Bytes that are there for the code, a multiple of 32; the rest up to `capacity` isn't cleared. */
  memorySize: i32
  memory: usize
  capacity: i32
  code: usize
  /** Whose storage and balance. */
  account: usize
  caller: usize
  /** As words and bytes somewhere that outlives the frame. */
  value: usize
  input: usize
  inputLength: i32
  depth: i32
  isStatic: bool
  /** It makes its account's code. */
  isCreation: bool
  /** Of the undo log, when it began. */
  mark: i32
  /** What the last call has returned. */
  returned: usize
  returnedLength: i32
  /** Where the caller wants the result of the call in progress. */
  outputAt: i32
  outputLength: i32
}

const frames: StaticArray<usize> = new StaticArray<usize>(DEPTH_MAX + 1)

export function frameAt(depth: i32): Frame {
  const known = unchecked(frames[depth])
  if (known != 0) return changetype<Frame>(known)
  const pointer = heap.alloc(offsetof<Frame>() + 32)
  memory.fill(pointer, 0, offsetof<Frame>() + 32)
  const frame = changetype<Frame>(pointer)
  frame.depth = depth
  frame.stack = heap.alloc(STACK_BYTES)
  // A call reads its value beside its stack.
  frame.value = pointer + offsetof<Frame>()
  unchecked((frames[depth] = pointer))
  return frame
}

/** With an empty stack and memory. */
export function clearFrame(frame: Frame): void {
  frame.top = frame.stack
  frame.pc = 0
  frame.memorySize = 0
  frame.returned = 0
  frame.returnedLength = 0
}

/** Between messages: memory that few calls need is given back. */
export function trimFrames(): void {
  for (let depth = 0; depth <= DEPTH_MAX && unchecked(frames[depth]) != 0; depth++) {
    const frame = changetype<Frame>(unchecked(frames[depth]))
    if (frame.capacity <= MEMORY_BYTES_KEPT) continue
    heap.free(frame.memory)
    frame.memory = 0
    frame.capacity = 0
  }
}

// @ts-ignore: decorator
@inline
export function codeOfFrame(frame: Frame): Code {
  return changetype<Code>(frame.code)
}

// @ts-ignore: decorator
@inline
export function accountOf(frame: Frame): Account {
  return changetype<Account>(frame.account)
}

/**
 * Makes room for `size` bytes at `offset` (both words), and takes what that costs from `gas`; gives what is left, which is negative if it isn't
 * enough.
 */
export function reserve(frame: Frame, offset: usize, size: usize, gas: i64): i64 {
  const length = saturate(size)
  if (length == 0) return gas
  const at = saturate(offset)
  if (at > MEMORY_BYTES_MAX || length > MEMORY_BYTES_MAX) return -1
  return reserveBytes(frame, at + length, gas)
}

// @ts-ignore: decorator
@inline
export function reserveAt(frame: Frame, offset: usize, length: i64, gas: i64): i64 {
  const at = saturate(offset)
  if (at > MEMORY_BYTES_MAX) return -1
  return at + length <= <i64>frame.memorySize ? gas : reserveBytes(frame, at + length, gas)
}

function reserveBytes(frame: Frame, end: i64, gas: i64): i64 {
  if (end <= <i64>frame.memorySize) return gas
  if (end > MEMORY_BYTES_MAX) return -1
  const words = wordsOf(end)
  const left = gas - (costOf(words) - costOf(<i64>frame.memorySize >> 5))
  if (left < 0) return -1
  grow(frame, <i32>(words << 5))
  return left
}

function costOf(words: i64): i64 {
  return MEMORY_WORD * words + (words * words) / MEMORY_QUADRATIC
}

function grow(frame: Frame, size: i32): void {
  if (size > frame.capacity) {
    const capacity = max(4096, size + (size >> 1))
    const grown = heap.alloc(<usize>capacity)
    memory.copy(grown, frame.memory, <usize>frame.memorySize)
    if (frame.memory != 0) heap.free(frame.memory)
    frame.memory = grown
    frame.capacity = capacity
  }
  memory.fill(frame.memory + <usize>frame.memorySize, 0, <usize>(size - frame.memorySize))
  frame.memorySize = size
}

/** Where in memory the word points to, of which at least a byte was reserved. */
// @ts-ignore: decorator
@inline
export function pointerTo(frame: Frame, offset: usize): usize {
  return frame.memory + load<u32>(offset)
}

/** Like {@link pointerTo}, of so many bytes; of none, whatever the word says, somewhere in memory. */
// @ts-ignore: decorator
@inline
export function rangeAt(frame: Frame, offset: usize, length: i64): usize {
  return length == 0 ? frame.memory : pointerTo(frame, offset)
}
