/** Amounts. As exact as the twin's bigint: what would leave 0..2^256-1 traps, and no rule lets it come to that. */

const BITS: i32 = 256

/** Immutable; limbs of 64 bits, the lowest first. */
export class U256 {
  static readonly ZERO: U256 = new U256(0, 0, 0, 0)
  static readonly ONE: U256 = new U256(1, 0, 0, 0)

  constructor(
    readonly a0: u64,
    readonly a1: u64,
    readonly a2: u64,
    readonly a3: u64,
  ) {}

  static of(value: u64): U256 {
    return new U256(value, 0, 0, 0)
  }

  /** Big-endian, at most 32 bytes. */
  static fromBytes(bytes: Uint8Array): U256 {
    const padded = new Uint8Array(32)
    padded.set(bytes, 32 - bytes.length)
    const at = padded.dataStart
    return new U256(bswap(load<u64>(at, 24)), bswap(load<u64>(at, 16)), bswap(load<u64>(at, 8)), bswap(load<u64>(at)))
  }

  /** 32 bytes, big-endian. */
  toBytes(): Uint8Array {
    const bytes = new Uint8Array(32)
    const at = bytes.dataStart
    store<u64>(at, bswap(this.a3))
    store<u64>(at, bswap(this.a2), 8)
    store<u64>(at, bswap(this.a1), 16)
    store<u64>(at, bswap(this.a0), 24)
    return bytes
  }

  get isZero(): bool {
    return (this.a0 | this.a1 | this.a2 | this.a3) == 0
  }

  /** Position of the highest bit that is set, from 1; 0 if none is. */
  get bitLength(): i32 {
    if (this.a3 != 0) return 256 - <i32>clz(this.a3)
    if (this.a2 != 0) return 192 - <i32>clz(this.a2)
    if (this.a1 != 0) return 128 - <i32>clz(this.a1)
    return 64 - <i32>clz(this.a0)
  }

  @operator('+')
  static add(a: U256, b: U256): U256 {
    const s0 = a.a0 + b.a0
    const c0: u64 = s0 < a.a0 ? 1 : 0
    const t1 = a.a1 + b.a1
    const s1 = t1 + c0
    const c1: u64 = <u64>(t1 < a.a1) | <u64>(s1 < t1)
    const t2 = a.a2 + b.a2
    const s2 = t2 + c1
    const c2: u64 = <u64>(t2 < a.a2) | <u64>(s2 < t2)
    const t3 = a.a3 + b.a3
    const s3 = t3 + c2
    if (t3 < a.a3 || s3 < t3) unreachable()
    return new U256(s0, s1, s2, s3)
  }

  @operator('-')
  static sub(a: U256, b: U256): U256 {
    if (a < b) unreachable()
    return difference(a, b)
  }

  @operator('*')
  static mul(a: U256, b: U256): U256 {
    if (a.isZero || b.isZero) return U256.ZERO
    const product = new StaticArray<u64>(8)
    for (let i = 0; i < 4; i++) {
      let carry: u64 = 0
      const x = limbOf(a, i)
      if (x == 0) continue
      for (let j = 0; j < 4; j++) {
        const y = limbOf(b, j)
        const low = x * y
        let high = highProduct(x, y)
        const sum = low + product[i + j]
        if (sum < low) high++
        const total = sum + carry
        if (total < sum) high++
        product[i + j] = total
        carry = high
      }
      product[i + 4] = carry
    }
    if ((product[4] | product[5] | product[6] | product[7]) != 0) unreachable()
    return new U256(product[0], product[1], product[2], product[3])
  }

  @operator('/')
  static div(a: U256, b: U256): U256 {
    if (fitsWord(a) && fitsWord(b) && b.a0 != 0) return U256.of(a.a0 / b.a0)
    return divide(a, b).quotient
  }

  @operator('%')
  static rem(a: U256, b: U256): U256 {
    if (fitsWord(a) && fitsWord(b) && b.a0 != 0) return U256.of(a.a0 % b.a0)
    return divide(a, b).remainder
  }

  @operator('<<')
  static shl(a: U256, bits: i32): U256 {
    if (a.bitLength + bits > BITS) unreachable()
    let moved = a
    let left = bits
    for (; left >= 64; left -= 64) moved = new U256(0, moved.a0, moved.a1, moved.a2)
    if (left == 0) return moved
    const n = <u64>left
    const m = 64 - n
    return new U256(
      moved.a0 << n,
      (moved.a1 << n) | (moved.a0 >> m),
      (moved.a2 << n) | (moved.a1 >> m),
      (moved.a3 << n) | (moved.a2 >> m),
    )
  }

  @operator('>>')
  static shr(a: U256, bits: i32): U256 {
    let moved = a
    let left = bits
    for (; left >= 64; left -= 64) moved = new U256(moved.a1, moved.a2, moved.a3, 0)
    if (left == 0) return moved
    const n = <u64>left
    const m = 64 - n
    return new U256(
      (moved.a0 >> n) | (moved.a1 << m),
      (moved.a1 >> n) | (moved.a2 << m),
      (moved.a2 >> n) | (moved.a3 << m),
      moved.a3 >> n,
    )
  }

  @operator('==')
  static eq(a: U256, b: U256): bool {
    return a.a0 == b.a0 && a.a1 == b.a1 && a.a2 == b.a2 && a.a3 == b.a3
  }

  @operator('!=')
  static ne(a: U256, b: U256): bool {
    return !U256.eq(a, b)
  }

  @operator('<')
  static lt(a: U256, b: U256): bool {
    if (a.a3 != b.a3) return a.a3 < b.a3
    if (a.a2 != b.a2) return a.a2 < b.a2
    if (a.a1 != b.a1) return a.a1 < b.a1
    return a.a0 < b.a0
  }

  @operator('>')
  static gt(a: U256, b: U256): bool {
    return U256.lt(b, a)
  }

  @operator('<=')
  static le(a: U256, b: U256): bool {
    return !U256.lt(b, a)
  }

  @operator('>=')
  static ge(a: U256, b: U256): bool {
    return !U256.lt(a, b)
  }
}

export function lower(a: U256, b: U256): U256 {
  return a < b ? a : b
}

/** What is left of 2^256 when it is divided by `bound`. */
export function twoTo256Modulo(bound: U256): U256 {
  // 2^256 - bound has the same rest, and is 0 - bound in 256 bits.
  return difference(U256.ZERO, bound) % bound
}

/** -`value` mod 2^256. */
export function negated(value: U256): U256 {
  return difference(U256.ZERO, value)
}

class Division {
  constructor(
    readonly quotient: U256,
    readonly remainder: U256,
  ) {}
}

/** Bit by bit: amounts are seldom far apart. */
function divide(a: U256, b: U256): Division {
  if (b.isZero) unreachable()
  if (a < b) return new Division(U256.ZERO, a)
  let shift = a.bitLength - b.bitLength
  let r0 = a.a0
  let r1 = a.a1
  let r2 = a.a2
  let r3 = a.a3
  const q = new StaticArray<u64>(4)
  const divisor = b << shift
  let d0 = divisor.a0
  let d1 = divisor.a1
  let d2 = divisor.a2
  let d3 = divisor.a3
  for (; shift >= 0; shift--) {
    const isBelow = r3 != d3 ? r3 < d3 : r2 != d2 ? r2 < d2 : r1 != d1 ? r1 < d1 : r0 < d0
    if (!isBelow) {
      const b0: u64 = r0 < d0 ? 1 : 0
      r0 -= d0
      const b1: u64 = r1 < d1 || (r1 == d1 && b0 == 1) ? 1 : 0
      r1 = r1 - d1 - b0
      const b2: u64 = r2 < d2 || (r2 == d2 && b1 == 1) ? 1 : 0
      r2 = r2 - d2 - b1
      r3 = r3 - d3 - b2
      q[shift >> 6] |= <u64>1 << (shift & 63)
    }
    d0 = (d0 >> 1) | (d1 << 63)
    d1 = (d1 >> 1) | (d2 << 63)
    d2 = (d2 >> 1) | (d3 << 63)
    d3 >>= 1
  }
  return new Division(new U256(q[0], q[1], q[2], q[3]), new U256(r0, r1, r2, r3))
}

/** Modulo 2^256. */
function difference(a: U256, b: U256): U256 {
  const d0 = a.a0 - b.a0
  const b0: u64 = a.a0 < b.a0 ? 1 : 0
  const d1 = a.a1 - b.a1 - b0
  const b1: u64 = a.a1 < b.a1 || (a.a1 == b.a1 && b0 == 1) ? 1 : 0
  const d2 = a.a2 - b.a2 - b1
  const b2: u64 = a.a2 < b.a2 || (a.a2 == b.a2 && b1 == 1) ? 1 : 0
  return new U256(d0, d1, d2, a.a3 - b.a3 - b2)
}

function limbOf(value: U256, i: i32): u64 {
  return i == 0 ? value.a0 : i == 1 ? value.a1 : i == 2 ? value.a2 : value.a3
}

function fitsWord(value: U256): bool {
  return (value.a1 | value.a2 | value.a3) == 0
}

/** The upper half of a product of 128 bits. */
function highProduct(x: u64, y: u64): u64 {
  const x0 = x & 0xffff_ffff
  const x1 = x >> 32
  const y0 = y & 0xffff_ffff
  const y1 = y >> 32
  const middle = x1 * y0 + ((x0 * y0) >> 32)
  const other = x0 * y1 + (middle & 0xffff_ffff)
  return x1 * y1 + (middle >> 32) + (other >> 32)
}
