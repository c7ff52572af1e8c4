/** Code goes into the state in parts, for it is longer than an action may be. */

import { CODE_PART_BYTES } from '../keys'

export function countParts(bytes: i64): i64 {
  return (bytes + CODE_PART_BYTES - 1) / CODE_PART_BYTES
}

/** How long part `part` is of code of so many bytes. */
export function partLength(bytes: i64, part: i64): i64 {
  return min<i64>(CODE_PART_BYTES, bytes - part * CODE_PART_BYTES)
}
