/** The form in which the Beacon Layer's values appear in JSON: bytes as 0x-hex, token amounts as decimal strings, heights as numbers. */

import { toHex } from '../primitives/bytes.ts'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [field: string]: Json }

/** Of values made of objects, lists, bytes, bigints, numbers, strings, booleans and null. */
export function toJson(value: unknown): Json {
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Uint8Array) return toHex(value)
  if (Array.isArray(value)) return value.map(toJson)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, toJson(field)]))
  }
  return value as Json
}
