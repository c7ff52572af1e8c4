/** What was at an address before it was changed, so that a call that fails leaves nothing of what it did. */

const ENTRY_BYTES: usize = 40
const SIZE_AT: usize = 4
const VALUE_AT: usize = 8

let capacity: i32 = 1024
let entries: usize = heap.alloc(<usize>capacity * ENTRY_BYTES)
let count: i32 = 0

/** Keeps the `size` bytes (at most 32) at `pointer`. */
export function remember(pointer: usize, size: usize): void {
  if (count == capacity) {
    capacity *= 2
    entries = heap.realloc(entries, <usize>capacity * ENTRY_BYTES)
  }
  const entry = entries + <usize>count * ENTRY_BYTES
  store<u32>(entry, pointer)
  store<u32>(entry, size, SIZE_AT)
  memory.copy(entry + VALUE_AT, pointer, size)
  count++
}

export function checkpoint(): i32 {
  return count
}

export function revertTo(mark: i32): void {
  while (count > mark) {
    count--
    const entry = entries + <usize>count * ENTRY_BYTES
    memory.copy(load<u32>(entry), entry + VALUE_AT, load<u32>(entry, SIZE_AT))
  }
}

export function forgetAll(): void {
  count = 0
}
