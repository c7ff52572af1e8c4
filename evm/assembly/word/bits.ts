/** Shifts, bytes and signs. `to` may be one of the operands. */

import { copyWord, fitsU64, isNegative, limb, setLimb, setU64 } from './word'

const shifted = memory.data(32, 8)

export function shiftLeft(to: usize, word: usize, by: usize): void {
  if (!fitsU64(by) || load<u64>(by) > 255) return setU64(to, 0)
  const limbs = <i32>(load<u64>(by) >> 6)
  const bits = load<u64>(by) & 63
  for (let i = 3; i >= 0; i--) {
    const source = i - limbs
    let value: u64 = source >= 0 ? limb(word, source) << bits : 0
    if (bits != 0 && source >= 1) value |= limb(word, source - 1) >> (64 - bits)
    setLimb(shifted, i, value)
  }
  copyWord(to, shifted)
}

export function shiftRight(to: usize, word: usize, by: usize): void {
  shiftRightFilling(to, word, by, 0)
}

/** Fills with the sign. */
export function shiftRightSigned(to: usize, word: usize, by: usize): void {
  shiftRightFilling(to, word, by, isNegative(word) ? u64.MAX_VALUE : 0)
}

function shiftRightFilling(to: usize, word: usize, by: usize, fill: u64): void {
  const isOut = !fitsU64(by) || load<u64>(by) > 255
  const limbs = isOut ? 4 : <i32>(load<u64>(by) >> 6)
  const bits = isOut ? 0 : load<u64>(by) & 63
  for (let i = 0; i < 4; i++) {
    const source = i + limbs
    let value: u64 = source < 4 ? limb(word, source) : fill
    if (bits != 0) value = (value >> bits) | ((source + 1 < 4 ? limb(word, source + 1) : fill) << (64 - bits))
    setLimb(shifted, i, value)
  }
  copyWord(to, shifted)
}

/** Byte `index` of `word`, counted from the highest. */
export function byteAt(to: usize, word: usize, index: usize): void {
  const isIn = fitsU64(index) && load<u64>(index) < 32
  setU64(to, isIn ? <u64>load<u8>(word + (31 - <usize>load<u64>(index))) : 0)
}

/** `word`, whose lowest `last` + 1 bytes are a two's complement. */
export function signExtend(to: usize, word: usize, last: usize): void {
  copyWord(shifted, word)
  if (fitsU64(last) && load<u64>(last) < 31) {
    const size = <usize>load<u64>(last) + 1
    const isSigned = (load<u8>(shifted + size - 1) & 0x80) != 0
    memory.fill(shifted + size, isSigned ? 0xff : 0, 32 - size)
  }
  copyWord(to, shifted)
}

/** Zeros above the highest bit that is set (EIP-7939). */
export function leadingZeros(to: usize, word: usize): void {
  let zeros: u64 = 0
  for (let i = 3; i >= 0; i--) {
    zeros += clz(limb(word, i))
    if (limb(word, i) != 0) break
  }
  setU64(to, zeros)
}

/** Bytes of the word without leading zeros. */
export function byteLength(word: usize): i32 {
  for (let i = 3; i >= 0; i--) {
    if (limb(word, i) != 0) return (i << 3) + 8 - <i32>(clz(limb(word, i)) >> 3)
  }
  return 0
}
