/** What the holder of the state answers, in the canonical ABI of ../beacon-evm.wit. Answers are put into the arena. */

import { allocate } from './arena'

// @ts-ignore: decorator
@external('beacon:evm/host@0.1.0', 'get-account')
declare function hostAccount(address: usize, length: i32, result: usize): void
// @ts-ignore: decorator
@external('beacon:evm/host@0.1.0', 'get-code')
declare function hostCode(hash: usize, length: i32, result: usize): void
// @ts-ignore: decorator
@external('beacon:evm/host@0.1.0', 'get-storage')
declare function hostStorage(slot: usize, length: i32, result: usize): void
// @ts-ignore: decorator
@external('beacon:evm/host@0.1.0', 'get-block-hash')
declare function hostBlockHash(number: u64, result: usize): void
// @ts-ignore: decorator
@external('beacon:evm/host@0.1.0', 'precompile')
declare function hostPrecompile(number: i32, gas: u64, input: usize, length: i32, result: usize): void

/** Where the host puts an option's tag, or a list's pointer and length; and the list behind a tag. */
const RESULT = memory.data(12, 4)
const POINTER_BYTES: usize = 4

/** Of the last answer. */
export let answerLength: i32 = 0

export function allocateForHost(old: usize, oldSize: usize, size: usize): usize {
  const pointer = allocate(size)
  if (old != 0) memory.copy(pointer, old, min(oldSize, size))
  return pointer
}

/** Zero if there is no such account. */
export function getAccount(address: usize): usize {
  hostAccount(address, 20, RESULT)
  return load<u8>(RESULT) == 0 ? 0 : listAt(RESULT + POINTER_BYTES)
}

export function getCode(hash: usize): usize {
  hostCode(hash, 32, RESULT)
  return listAt(RESULT)
}

/** `slot` is the address and the key. */
export function getStorage(slot: usize): usize {
  hostStorage(slot, 52, RESULT)
  return listAt(RESULT)
}

export function getBlockHash(number: u64): usize {
  hostBlockHash(number, RESULT)
  return listAt(RESULT)
}

export function callPrecompile(number: i32, gas: i64, input: usize, length: i32): usize {
  hostPrecompile(number, <u64>gas, input, length, RESULT)
  return listAt(RESULT)
}

function listAt(result: usize): usize {
  answerLength = load<i32>(result, POINTER_BYTES)
  return load<u32>(result)
}
