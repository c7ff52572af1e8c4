/** The EVM's word: 256 bits as four limbs of 64, the lowest first, at an address. Here what only looks or copies. */

export const WORD_BYTES: usize = 32

// @ts-ignore: decorator
@inline
export function limb(word: usize, index: i32): u64 {
  return load<u64>(word + ((<usize>index) << 3))
}

// @ts-ignore: decorator
@inline
export function setLimb(word: usize, index: i32, value: u64): void {
  store<u64>(word + ((<usize>index) << 3), value)
}

// @ts-ignore: decorator
@inline
export function copyWord(to: usize, from: usize): void {
  const a = load<u64>(from)
  const b = load<u64>(from, 8)
  const c = load<u64>(from, 16)
  const d = load<u64>(from, 24)
  store<u64>(to, a)
  store<u64>(to, b, 8)
  store<u64>(to, c, 16)
  store<u64>(to, d, 24)
}

// @ts-ignore: decorator
@inline
export function setU64(word: usize, value: u64): void {
  store<u64>(word, value)
  store<u64>(word, 0, 8)
  store<u64>(word, 0, 16)
  store<u64>(word, 0, 24)
}

// @ts-ignore: decorator
@inline
export function isZero(word: usize): bool {
  return (load<u64>(word) | load<u64>(word, 8) | load<u64>(word, 16) | load<u64>(word, 24)) == 0
}

// @ts-ignore: decorator
@inline
export function fitsU64(word: usize): bool {
  return (load<u64>(word, 8) | load<u64>(word, 16) | load<u64>(word, 24)) == 0
}

// @ts-ignore: decorator
@inline
export function areEqual(a: usize, b: usize): bool {
  return (
    ((load<u64>(a) ^ load<u64>(b)) |
      (load<u64>(a, 8) ^ load<u64>(b, 8)) |
      (load<u64>(a, 16) ^ load<u64>(b, 16)) |
      (load<u64>(a, 24) ^ load<u64>(b, 24))) ==
    0
  )
}

export function isLess(a: usize, b: usize): bool {
  for (let i = 3; i > 0; i--) {
    const x = limb(a, i)
    const y = limb(b, i)
    if (x != y) return x < y
  }
  return load<u64>(a) < load<u64>(b)
}

// @ts-ignore: decorator
@inline
export function isNegative(word: usize): bool {
  return <i64>load<u64>(word, 24) < 0
}

/** As two's complements. */
export function isLessSigned(a: usize, b: usize): bool {
  const negative = isNegative(a)
  return negative != isNegative(b) ? negative : isLess(a, b)
}

/** The word's low 64 bits, or the largest integer if that isn't all of it. */
// @ts-ignore: decorator
@inline
export function saturate(word: usize): i64 {
  const low = <i64>load<u64>(word)
  return fitsU64(word) && low >= 0 ? low : i64.MAX_VALUE
}

/** From 32 big-endian bytes; `from` may be `to`. */
// @ts-ignore: decorator
@inline
export function readWord(to: usize, from: usize): void {
  const a = bswap(load<u64>(from))
  const b = bswap(load<u64>(from, 8))
  const c = bswap(load<u64>(from, 16))
  const d = bswap(load<u64>(from, 24))
  store<u64>(to, d)
  store<u64>(to, c, 8)
  store<u64>(to, b, 16)
  store<u64>(to, a, 24)
}

/** As 32 big-endian bytes. */
// @ts-ignore: decorator
@inline
export function writeWord(to: usize, word: usize): void {
  readWord(to, word)
}

/** From an address's 20 bytes. */
export function readAddress(to: usize, from: usize): void {
  store<u64>(to, bswap(load<u64>(from, 12)))
  store<u64>(to, bswap(load<u64>(from, 4)), 8)
  store<u64>(to, bswap(load<u32>(from)), 16)
  store<u64>(to, 0, 24)
}

/** The word's low 20 bytes. */
export function writeAddress(to: usize, word: usize): void {
  const high = bswap(<u32>load<u64>(word, 16))
  const middle = bswap(load<u64>(word, 8))
  const low = bswap(load<u64>(word))
  store<u32>(to, high)
  store<u64>(to, middle, 4)
  store<u64>(to, low, 12)
}
