/**
 * Memory for what lives as long as a message: taken piece by piece, given back all at once. Nothing in this component is garbage-collected, so
 * that the same message takes the same steps whatever ran before it.
 */

const CHUNK_BYTES: usize = 256 * 1024
/** At a chunk's beginning is the address of the one before it. */
const HEADER_BYTES: usize = 16

const first: usize = heap.alloc(CHUNK_BYTES)
let chunk: usize = first
let next: usize = first + HEADER_BYTES
let end: usize = first + CHUNK_BYTES

/** Not cleared; aligned to 16 B. */
export function allocate(bytes: usize): usize {
  const size = (bytes + 15) & ~15
  if (next + size > end) addChunk(size)
  const pointer = next
  next += size
  return pointer
}

export function allocateZeroed(bytes: usize): usize {
  const pointer = allocate(bytes)
  memory.fill(pointer, 0, bytes)
  return pointer
}

/** What was allocated is no longer anybody's. */
export function reset(): void {
  while (chunk != first) {
    const before = load<usize>(chunk)
    heap.free(chunk)
    chunk = before
  }
  next = first + HEADER_BYTES
  end = first + CHUNK_BYTES
}

function addChunk(size: usize): void {
  const bytes = max(CHUNK_BYTES, size + HEADER_BYTES)
  const added = heap.alloc(bytes)
  store<usize>(added, chunk)
  chunk = added
  next = added + HEADER_BYTES
  end = added + bytes
}
