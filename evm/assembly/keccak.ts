/** keccak256: the sponge of FIPS 202 with 1,088 bits of rate, and the padding from before the standard. */

const RATE_BYTES: usize = 136
const ROUNDS = 24
const lanes = memory.data(200, 16)
const rotated = memory.data(200, 16)
const columns = memory.data(40, 16)
const last = memory.data(136, 16)

const ROUND_CONSTANTS = memory.data<u64>([
  0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b,
  0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088,
  0x0000000080008009, 0x000000008000000a, 0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
  0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
  0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
])
/** Of lane x + 5 y: how far it is rotated. */
const ROTATIONS = memory.data<u8>([
  0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14,
])
/** Of lane x + 5 y: where it goes, y + 5 ((2 x + 3 y) mod 5). */
const PLACES = memory.data<u8>([
  0, 10, 20, 5, 15, 16, 1, 11, 21, 6, 7, 17, 2, 12, 22, 23, 8, 18, 3, 13, 14, 24, 9, 19, 4,
])

/** Of `length` bytes at `from`, as 32 bytes. */
export function keccak256(to: usize, from: usize, length: usize): void {
  memory.fill(lanes, 0, 200)
  let left = length
  let at = from
  while (left >= RATE_BYTES) {
    absorb(at)
    at += RATE_BYTES
    left -= RATE_BYTES
  }
  memory.fill(last, 0, RATE_BYTES)
  memory.copy(last, at, left)
  store<u8>(last + left, 1)
  store<u8>(last + RATE_BYTES - 1, load<u8>(last + RATE_BYTES - 1) | 0x80)
  absorb(last)
  memory.copy(to, lanes, 32)
}

function absorb(block: usize): void {
  for (let i: usize = 0; i < RATE_BYTES; i += 8) store<u64>(lanes + i, load<u64>(lanes + i) ^ load<u64>(block + i))
  for (let round = 0; round < ROUNDS; round++) permute(load<u64>(ROUND_CONSTANTS + ((<usize>round) << 3)))
}

function permute(constant: u64): void {
  for (let x: usize = 0; x < 40; x += 8) {
    const column =
      load<u64>(lanes + x) ^
      load<u64>(lanes + x, 40) ^
      load<u64>(lanes + x, 80) ^
      load<u64>(lanes + x, 120) ^
      load<u64>(lanes + x, 160)
    store<u64>(columns + x, column)
  }
  const c0 = load<u64>(columns)
  const c1 = load<u64>(columns, 8)
  const c2 = load<u64>(columns, 16)
  const c3 = load<u64>(columns, 24)
  const c4 = load<u64>(columns, 32)
  store<u64>(columns, c4 ^ rotl(c1, 1))
  store<u64>(columns, c0 ^ rotl(c2, 1), 8)
  store<u64>(columns, c1 ^ rotl(c3, 1), 16)
  store<u64>(columns, c2 ^ rotl(c4, 1), 24)
  store<u64>(columns, c3 ^ rotl(c0, 1), 32)
  let column: usize = 0
  for (let i: usize = 0; i < 25; i++) {
    const lane = load<u64>(lanes + (i << 3)) ^ load<u64>(columns + column)
    store<u64>(rotated + ((<usize>load<u8>(PLACES + i)) << 3), rotl(lane, <u64>load<u8>(ROTATIONS + i)))
    column = column == 32 ? 0 : column + 8
  }
  for (let y: usize = 0; y < 200; y += 40) {
    const row = rotated + y
    const a = load<u64>(row)
    const b = load<u64>(row, 8)
    const c = load<u64>(row, 16)
    const d = load<u64>(row, 24)
    const e = load<u64>(row, 32)
    store<u64>(lanes + y, a ^ (~b & c))
    store<u64>(lanes + y, b ^ (~c & d), 8)
    store<u64>(lanes + y, c ^ (~d & e), 16)
    store<u64>(lanes + y, d ^ (~e & a), 24)
    store<u64>(lanes + y, e ^ (~a & b), 32)
  }
  store<u64>(lanes, load<u64>(lanes) ^ constant)
}
