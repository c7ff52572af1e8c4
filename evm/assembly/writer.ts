/** Bytes for the host, one message at a time: what was written is gone with the next `beginWriting`. Integers are big-endian. */

import { writeWord } from './word/word'

let capacity: usize = 64 * 1024
let start: usize = heap.alloc(capacity)
let length: usize = 0

export function beginWriting(): void {
  length = 0
}

export function writtenPointer(): usize {
  return start
}

export function writtenLength(): usize {
  return length
}

function room(bytes: usize): usize {
  if (length + bytes > capacity) {
    capacity = max<usize>(2 * capacity, length + bytes)
    start = heap.realloc(start, capacity)
  }
  const place = start + length
  length += bytes
  return place
}

export function u8Out(value: i32): void {
  store<u8>(room(1), <u8>value)
}

export function u16Out(value: i32): void {
  store<u16>(room(2), bswap(<u16>value))
}

export function u32Out(value: i32): void {
  store<u32>(room(4), bswap(<u32>value))
}

export function u64Out(value: u64): void {
  store<u64>(room(8), bswap(value))
}

export function wordOut(word: usize): void {
  writeWord(room(32), word)
}

export function bytesOut(from: usize, size: usize): void {
  if (size > 0) memory.copy(room(size), from, size)
}
