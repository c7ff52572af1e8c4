/**
 * Whether code on a chain is that of an artifact. What compilers leave open is passed over: immutables, addresses of libraries, a library's own
 * address, and the metadata at the end, which differs with paths and comments.
 */

import type { Artifact, CodeTemplate, Hole } from './artifact.ts'

export type Likeness = 'same' | 'same but for metadata'

/** PUSH32 of zeros, as immutables stand in artifacts that don't say where they are. */
const PUSH_ZEROS = `7f${'00'.repeat(32)}`
/** PUSH20 of zeros, ADDRESS, EQ: where a library keeps its own address. */
const OWN_ADDRESS = /^73(0{40})30/
/** CBOR: a map of one to four entries. */
const METADATA_START = /^a[1-4]/
const LENGTH_DIGITS = 4

/** Null if it isn't. `code` is 0x-hex. */
export function compareRuntime({ runtime }: Artifact, code: string): Likeness | null {
  const found = code.slice(2).toLowerCase()
  if (runtime.code === '' || found === '') return null
  if (found.length === runtime.code.length && matches(runtime, found, found.length)) return 'same'
  const end = metadataStart(runtime.code)
  const isAlike = metadataStart(found) === end && matches(runtime, found, end)
  return isAlike ? 'same but for metadata' : null
}

/** Of a transaction's input, which has the constructor's arguments behind the code. */
export function compareCreation({ creation }: Artifact, input: string): Likeness | null {
  const found = input.slice(2).toLowerCase()
  const { length } = creation.code
  if (length === 0) return null
  if (found.length >= length && matches(creation, found, length)) return 'same'
  const end = metadataStart(creation.code)
  return found.length >= end && matches(creation, found, end) ? 'same but for metadata' : null
}

/** As far as the first `end` digits. */
function matches({ code, holes }: CodeTemplate, found: string, end: number): boolean {
  return punch(code, holes, end) === punch(found, holes, end)
}

function punch(code: string, holes: readonly Hole[], end: number): string {
  let punched = ''
  let at = 0
  for (const { start, length } of holes) {
    if (start < at || start >= end) continue
    punched += code.slice(at, start)
    at = start + length
  }
  return at >= end ? punched : punched + code.slice(at, end)
}

/** In digits, as code is hex without 0x; the code's length if it has no metadata. */
export function metadataStart(code: string): number {
  const size = Number.parseInt(code.slice(-LENGTH_DIGITS), 16)
  const start = code.length - LENGTH_DIGITS - size * 2
  return start > 0 && METADATA_START.test(code.slice(start)) ? start : code.length
}

/** Holes of code whose artifact doesn't list its immutables. */
export function guessHoles(code: string): Hole[] {
  const holes: Hole[] = []
  for (let at = code.indexOf(PUSH_ZEROS); at >= 0; at = code.indexOf(PUSH_ZEROS, at + PUSH_ZEROS.length)) {
    if (at % 2 === 0) holes.push({ start: at + 2, length: 64 })
  }
  return holes
}

export function ownAddressHole(code: string): Hole[] {
  return OWN_ADDRESS.test(code) ? [{ start: 2, length: 40 }] : []
}
