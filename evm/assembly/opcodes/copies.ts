/** Opcodes that bring bytes into memory, and hash or log them. They give the gas that is left; negative: the call halts. */

import { copyPart } from '../bytes'
import { accountOf, Frame, rangeAt, reserve } from '../frame'
import { COPY_WORD, KECCAK_WORD, LOG_BYTE, wordsOf } from '../gas'
import { OUT_OF_RANGE, STATIC_STATE_CHANGE } from '../halt'
import { keccak256 } from '../keccak'
import { fail } from '../result'
import { addressOf } from '../state/account'
import { addLog } from '../state/log'
import { traceLog } from '../trace'
import { isLess, readWord, saturate } from '../word/word'

/** Operands, from the top: where to, from where, how much. */
export function copyToMemory(frame: Frame, top: usize, from: usize, length: i32, gas: i64): i64 {
  const size = top - 96
  const left = payForWords(reserve(frame, top - 32, size, gas), size, COPY_WORD)
  if (left < 0) return left
  const count = saturate(size)
  copyPart(rangeAt(frame, top - 32, count), count, from, length, saturate(top - 64))
  return left
}

/** Unlike other sources, what was returned can't be read beyond its end. */
export function copyReturned(frame: Frame, top: usize, gas: i64): i64 {
  const at = saturate(top - 64)
  const size = saturate(top - 96)
  if (at > <i64>frame.returnedLength || size > <i64>frame.returnedLength - at) return fail(OUT_OF_RANGE)
  return copyToMemory(frame, top, frame.returned, frame.returnedLength, gas)
}

/** MCOPY: both places are in memory and may overlap. */
export function copyWithin(frame: Frame, top: usize, gas: i64): i64 {
  const size = top - 96
  const farther = isLess(top - 32, top - 64) ? top - 64 : top - 32
  const left = payForWords(reserve(frame, farther, size, gas), size, COPY_WORD)
  if (left < 0) return left
  const count = saturate(size)
  memory.copy(rangeAt(frame, top - 32, count), rangeAt(frame, top - 64, count), <usize>count)
  return left
}

/** The hash takes the place of the size. */
export function hashMemory(frame: Frame, top: usize, gas: i64): i64 {
  const size = top - 64
  const left = payForWords(reserve(frame, top - 32, size, gas), size, KECCAK_WORD)
  if (left < 0) return left
  const count = saturate(size)
  keccak256(size, rangeAt(frame, top - 32, count), <usize>count)
  readWord(size, size)
  return left
}

export function log(frame: Frame, top: usize, topics: i32, gas: i64): i64 {
  if (frame.isStatic) return fail(STATIC_STATE_CHANGE)
  const size = saturate(top - 64)
  let left = reserve(frame, top - 32, top - 64, gas)
  if (left < 0) return left
  left -= LOG_BYTE * size
  if (left < 0) return left
  const added = addLog(addressOf(accountOf(frame)), top - 64, topics, rangeAt(frame, top - 32, size), <i32>size)
  if (TRACED) traceLog(added)
  return left
}

/** `size` was reserved, so that it is small, or there is no gas left. */
export function payForWords(gas: i64, size: usize, price: i64): i64 {
  return gas < 0 ? gas : gas - price * wordsOf(saturate(size))
}
