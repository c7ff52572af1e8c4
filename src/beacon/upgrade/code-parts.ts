/** Code goes into the state in parts, for it is longer than an action may be. */

import { CODE_PART_BYTES } from '../keys.ts'

export function countParts(bytes: number): number {
  return Math.ceil(bytes / CODE_PART_BYTES)
}

/** How long part `part` is of code of so many bytes. */
export function partLength(bytes: number, part: number): number {
  return Math.min(CODE_PART_BYTES, bytes - part * CODE_PART_BYTES)
}

export function splitCode(code: Uint8Array): Uint8Array[] {
  return Array.from({ length: countParts(code.length) }, (_, part) =>
    code.slice(part * CODE_PART_BYTES, (part + 1) * CODE_PART_BYTES),
  )
}
