/** Of each opcode: the gas that it takes whatever its operands, how many it takes and gives, and since which fork it is there. */

import { CANCUN, OSAKA, SHANGHAI } from '../fork'

const ENTRY_SHIFT: usize = 3
const TAKES_AT: usize = 2
const MOST_AT: usize = 4
const NONE: u16 = 0xffff
const STACK_WORDS: i32 = 1024

const table = memory.data(2048, 8)
let builtFor: i32 = -1

/** Gas, or 0xffff if there is no such opcode. */
// @ts-ignore: decorator
@inline
export function gasOf(opcode: i32): i64 {
  return <i64>load<u16>(table + ((<usize>opcode) << ENTRY_SHIFT))
}

export const NO_OPCODE: i64 = 0xffff

/** Bytes that must be on the stack. */
// @ts-ignore: decorator
@inline
export function leastOf(opcode: i32): usize {
  return (<usize>load<u16>(table + ((<usize>opcode) << ENTRY_SHIFT), TAKES_AT)) << 5
}

/** Bytes that may be on the stack at most, so that the result has room. */
// @ts-ignore: decorator
@inline
export function mostOf(opcode: i32): usize {
  return (<usize>load<u16>(table + ((<usize>opcode) << ENTRY_SHIFT), MOST_AT)) << 5
}

export function prepareTable(fork: i32): void {
  if (fork == builtFor) return
  builtFor = fork
  for (let opcode = 0; opcode < 256; opcode++) set(opcode, <i64>NONE, 0, 0)
  set(0x00, 0, 0, 0)
  range(0x01, 0x07, 5, 2, 1)
  set(0x01, 3, 2, 1)
  set(0x03, 3, 2, 1)
  set(0x08, 8, 3, 1)
  set(0x09, 8, 3, 1)
  set(0x0a, 10, 2, 1)
  set(0x0b, 5, 2, 1)
  range(0x10, 0x14, 3, 2, 1)
  set(0x15, 3, 1, 1)
  range(0x16, 0x18, 3, 2, 1)
  set(0x19, 3, 1, 1)
  range(0x1a, 0x1d, 3, 2, 1)
  if (fork >= OSAKA) set(0x1e, 5, 1, 1)
  set(0x20, 30, 2, 1)
  set(0x30, 2, 0, 1)
  // Of what is asked of another account, the price depends on whether it is warm.
  set(0x31, 0, 1, 1)
  range(0x32, 0x34, 2, 0, 1)
  set(0x35, 3, 1, 1)
  set(0x36, 2, 0, 1)
  set(0x37, 3, 3, 0)
  set(0x38, 2, 0, 1)
  set(0x39, 3, 3, 0)
  set(0x3a, 2, 0, 1)
  set(0x3b, 0, 1, 1)
  set(0x3c, 0, 4, 0)
  set(0x3d, 2, 0, 1)
  set(0x3e, 3, 3, 0)
  set(0x3f, 0, 1, 1)
  set(0x40, 20, 1, 1)
  range(0x41, 0x46, 2, 0, 1)
  set(0x47, 5, 0, 1)
  set(0x48, 2, 0, 1)
  if (fork >= CANCUN) {
    set(0x49, 3, 1, 1)
    set(0x4a, 2, 0, 1)
    set(0x5c, 100, 1, 1)
    set(0x5d, 100, 2, 0)
    set(0x5e, 3, 3, 0)
  }
  set(0x50, 2, 1, 0)
  set(0x51, 3, 1, 1)
  set(0x52, 3, 2, 0)
  set(0x53, 3, 2, 0)
  set(0x54, 0, 1, 1)
  set(0x55, 0, 2, 0)
  set(0x56, 8, 1, 0)
  set(0x57, 10, 2, 0)
  range(0x58, 0x5a, 2, 0, 1)
  set(0x5b, 1, 0, 0)
  if (fork >= SHANGHAI) set(0x5f, 2, 0, 1)
  range(0x60, 0x7f, 3, 0, 1)
  for (let n = 1; n <= 16; n++) {
    set(0x7f + n, 3, n, n + 1)
    set(0x8f + n, 3, n + 1, n + 1)
  }
  for (let n = 0; n <= 4; n++) set(0xa0 + n, 375 * (n + 1), n + 2, 0)
  set(0xf0, 32_000, 3, 1)
  set(0xf1, 0, 7, 1)
  set(0xf2, 0, 7, 1)
  set(0xf3, 0, 2, 0)
  set(0xf4, 0, 6, 1)
  set(0xf5, 32_000, 4, 1)
  set(0xfa, 0, 6, 1)
  set(0xfd, 0, 2, 0)
  set(0xff, 5_000, 1, 0)
}

function range(from: i32, to: i32, gas: i64, takes: i32, gives: i32): void {
  for (let opcode = from; opcode <= to; opcode++) set(opcode, gas, takes, gives)
}

function set(opcode: i32, gas: i64, takes: i32, gives: i32): void {
  const entry = table + ((<usize>opcode) << ENTRY_SHIFT)
  store<u16>(entry, <u16>gas)
  store<u16>(entry, <u16>takes, TAKES_AT)
  store<u16>(entry, <u16>(STACK_WORDS - max(0, gives - takes)), MOST_AT)
}
