/** Sums, products and powers, modulo 2^256. `to` may be one of the operands. */

import { copyWord, isZero, limb, setLimb, setU64 } from './word'

const HALVES = 8

// @ts-ignore: decorator
@inline
export function half(number: usize, index: i32): u64 {
  return <u64>load<u32>(number + ((<usize>index) << 2))
}

// @ts-ignore: decorator
@inline
export function setHalf(number: usize, index: i32, value: u64): void {
  store<u32>(number + ((<usize>index) << 2), <u32>value)
}

/** Gives the carry. */
export function add(to: usize, a: usize, b: usize): u64 {
  let carry: u64 = 0
  for (let i = 0; i < 4; i++) {
    const x = limb(a, i)
    const sum = x + limb(b, i)
    const total = sum + carry
    carry = u64(sum < x) | u64(total < sum)
    setLimb(to, i, total)
  }
  return carry
}

/** Gives the borrow. */
export function subtract(to: usize, a: usize, b: usize): u64 {
  let borrow: u64 = 0
  for (let i = 0; i < 4; i++) {
    const x = limb(a, i)
    const y = limb(b, i)
    const difference = x - y
    const total = difference - borrow
    borrow = u64(x < y) | u64(difference < borrow)
    setLimb(to, i, total)
  }
  return borrow
}

export function negate(word: usize): void {
  let carry: u64 = 1
  for (let i = 0; i < 4; i++) {
    const total = ~limb(word, i) + carry
    carry = u64(carry != 0 && total == 0)
    setLimb(word, i, total)
  }
}

/** The low `halves` halves (of 32 bits) of a product, somewhere else than its factors. */
export function multiplyWide(to: usize, a: usize, b: usize, halves: i32): void {
  memory.fill(to, 0, (<usize>halves) << 2)
  for (let i = 0; i < HALVES; i++) {
    const x = half(a, i)
    if (x == 0) continue
    let carry: u64 = 0
    const count = min(HALVES, halves - i)
    for (let j = 0; j < count; j++) {
      const total = x * half(b, j) + half(to, i + j) + carry
      setHalf(to, i + j, total)
      carry = total >> 32
    }
    if (i + HALVES < halves) setHalf(to, i + HALVES, carry)
  }
}

const product = memory.data(32, 8)

export function multiply(to: usize, a: usize, b: usize): void {
  multiplyWide(product, a, b, HALVES)
  copyWord(to, product)
}

const base = memory.data(32, 8)
const exponent = memory.data(32, 8)

/** `a` to the power of `b`. */
export function power(to: usize, a: usize, b: usize): void {
  copyWord(base, a)
  copyWord(exponent, b)
  setU64(to, 1)
  while (!isZero(exponent)) {
    if (load<u64>(exponent) & 1) multiply(to, to, base)
    for (let i = 0; i < 3; i++) setLimb(exponent, i, (limb(exponent, i) >> 1) | (limb(exponent, i + 1) << 63))
    setLimb(exponent, 3, limb(exponent, 3) >> 1)
    if (!isZero(exponent)) multiply(base, base, base)
  }
}
