/** Bytes as the EVM reads them: beyond the end there are zeros. */

/** `size` bytes of a source, from `offset` on. */
export function copyPart(to: usize, size: i64, from: usize, length: i32, offset: i64): void {
  const there = offset >= <i64>length ? 0 : min(size, <i64>length - offset)
  memory.copy(to, from + <usize>offset * <usize>(there > 0), <usize>there)
  memory.fill(to + <usize>there, 0, <usize>(size - there))
}
