/** Quotients and remainders; whatever is divided by zero is zero. Knuth's algorithm D (TAOCP 2, 4.3.1) on halves of 32 bits. */

import { add, half, multiplyWide, negate, setHalf } from './arithmetic'
import { copyWord, isNegative, isZero, setU64 } from './word'

const HALVES = 8
const HALF_MAX: u64 = 0xffffffff
/** A product has 16 halves; normalised it has one more. */
const dividend = memory.data(72, 8)
const divisor = memory.data(32, 8)
const quotient = memory.data(64, 8)
const remainder = memory.data(32, 8)

export function divide(to: usize, a: usize, b: usize): void {
  if (isZero(b)) return setU64(to, 0)
  if (isSmall(a) && isSmall(b)) return setU64(to, load<u64>(a) / load<u64>(b))
  divideWide(a, HALVES, b)
  copyWord(to, quotient)
}

export function modulo(to: usize, a: usize, b: usize): void {
  if (isZero(b)) return setU64(to, 0)
  if (isSmall(a) && isSmall(b)) return setU64(to, load<u64>(a) % load<u64>(b))
  divideWide(a, HALVES, b)
  copyWord(to, remainder)
}

const absoluteA = memory.data(32, 8)
const absoluteB = memory.data(32, 8)

/** Rounds toward zero. */
export function divideSigned(to: usize, a: usize, b: usize): void {
  const isResultNegative = isNegative(a) != isNegative(b)
  absolute(absoluteA, a)
  absolute(absoluteB, b)
  divide(to, absoluteA, absoluteB)
  if (isResultNegative) negate(to)
}

/** Has the sign of `a`. */
export function moduloSigned(to: usize, a: usize, b: usize): void {
  const isResultNegative = isNegative(a)
  absolute(absoluteA, a)
  absolute(absoluteB, b)
  modulo(to, absoluteA, absoluteB)
  if (isResultNegative) negate(to)
}

const wide = memory.data(64, 8)

/** (a + b) mod m, of the whole sum. */
export function addModulo(to: usize, a: usize, b: usize, m: usize): void {
  if (isZero(m)) return setU64(to, 0)
  const carry = add(wide, a, b)
  store<u64>(wide, carry, 32)
  divideWide(wide, HALVES + 2, m)
  copyWord(to, remainder)
}

/** a * b mod m, of the whole product. */
export function multiplyModulo(to: usize, a: usize, b: usize, m: usize): void {
  if (isZero(m)) return setU64(to, 0)
  multiplyWide(wide, a, b, 2 * HALVES)
  divideWide(wide, 2 * HALVES, m)
  copyWord(to, remainder)
}

// @ts-ignore: decorator
@inline
function isSmall(word: usize): bool {
  return (load<u64>(word, 8) | load<u64>(word, 16) | load<u64>(word, 24)) == 0
}

function absolute(to: usize, word: usize): void {
  copyWord(to, word)
  if (isNegative(to)) negate(to)
}

function lengthOf(number: usize, halves: i32): i32 {
  let length = halves
  while (length > 0 && half(number, length - 1) == 0) length--
  return length
}

/** Sets `quotient` and `remainder` of `a`, with so many halves, by `b`, which isn't zero. */
function divideWide(a: usize, halves: i32, b: usize): void {
  memory.fill(quotient, 0, 64)
  const m = lengthOf(a, halves)
  const n = lengthOf(b, HALVES)
  if (m < n) {
    setU64(remainder, 0)
    memory.copy(remainder, a, min(32, (<usize>halves) << 2))
    return
  }
  if (n == 1) return divideByHalf(a, m, half(b, 0))
  const shift = clz(<u32>half(b, n - 1))
  shiftLeft(divisor, b, n, shift)
  setHalf(dividend, m, shiftLeft(dividend, a, m, shift))
  const high = half(divisor, n - 1)
  const low = half(divisor, n - 2)
  for (let j = m - n; j >= 0; j--) {
    const top = (half(dividend, j + n) << 32) | half(dividend, j + n - 1)
    let estimate = top / high
    let rest = top % high
    while (estimate > HALF_MAX || estimate * low > ((rest << 32) | half(dividend, j + n - 2))) {
      estimate--
      rest += high
      if (rest > HALF_MAX) break
    }
    if (subtractMultiple(j, n, estimate)) {
      estimate--
      addBack(j, n)
    }
    setHalf(quotient, j, estimate)
  }
  setU64(remainder, 0)
  for (let i = 0; i < n; i++) {
    const above = shift == 0 ? 0 : half(dividend, i + 1) << (32 - shift)
    setHalf(remainder, i, (half(dividend, i) >> shift) | above)
  }
}

function divideByHalf(a: usize, m: i32, by: u64): void {
  let rest: u64 = 0
  for (let i = m - 1; i >= 0; i--) {
    const top = (rest << 32) | half(a, i)
    setHalf(quotient, i, top / by)
    rest = top % by
  }
  setU64(remainder, rest)
}

/** Gives what is shifted out; `shift` is below 32. */
function shiftLeft(to: usize, from: usize, halves: i32, shift: u64): u64 {
  let out: u64 = 0
  for (let i = 0; i < halves; i++) {
    const value = (half(from, i) << shift) | out
    setHalf(to, i, value)
    out = value >> 32
  }
  return out
}

/** Takes `estimate` times the divisor from the dividend at half `j`; tells whether that was too much. */
function subtractMultiple(j: i32, n: i32, estimate: u64): bool {
  let borrow: i64 = 0
  let carry: u64 = 0
  for (let i = 0; i < n; i++) {
    const multiple = estimate * half(divisor, i) + carry
    carry = multiple >> 32
    const left = <i64>half(dividend, i + j) - borrow - <i64>(multiple & HALF_MAX)
    setHalf(dividend, i + j, left)
    borrow = left < 0 ? 1 : 0
  }
  const left = <i64>half(dividend, j + n) - borrow - <i64>carry
  setHalf(dividend, j + n, left)
  return left < 0
}

function addBack(j: i32, n: i32): void {
  let carry: u64 = 0
  for (let i = 0; i < n; i++) {
    const sum = half(dividend, i + j) + half(divisor, i) + carry
    setHalf(dividend, i + j, sum)
    carry = sum >> 32
  }
  setHalf(dividend, j + n, half(dividend, j + n) + carry)
}
