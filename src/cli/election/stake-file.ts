/** Stakes to draw from, out of a file: a JSON list of amounts, JSON objects with more about each validator, or lines of text. */

import { readFileSync, statSync } from 'node:fs'
import * as z from 'zod'
import { defineError } from '../../errors/beacon-error.ts'
import { listOf } from '../../primitives/bounded.ts'

export interface Staker {
  readonly stake: bigint
  /** Whose network or data centre it is in, where the file says so. */
  readonly hosting: string | null
  /** ISO 3166 code, where the file says so. */
  readonly country: string | null
}

export const STAKE_FILE_INVALID = defineError<{ path: string; reason: string }>({
  code: 'C320',
  name: 'STAKE_FILE_INVALID',
  kind: 'user',
  message: ({ path, reason }) => `${path} has no stakes that can be read: ${reason}`,
  hint: () =>
    'give one whole number per line, a JSON list of them, or {"validators":[{"stake":"1000","asn":1,"dc":"1-DE-Berlin"}]}',
})

const FILE_BYTES_MAX = 256 * 1024 * 1024
const STAKERS_MAX = 1_000_000
const AMOUNT = /^\d{1,36}$/

const amount = z.union([z.string().regex(AMOUNT), z.int().min(0)]).transform(BigInt)
const validator = z.looseObject({
  stake: amount,
  asn: z.union([z.string(), z.number()]).nullish(),
  dc: z.string().nullish(),
  country: z.string().nullish(),
})
const validators = listOf(z.union([amount, validator]), STAKERS_MAX)
const document = z.union([validators, z.looseObject({ validators })])

/** Throws STAKE_FILE_INVALID. Order stays as in the file. */
export function readStakeFile(path: string): Staker[] {
  const text = readText(path)
  const stakers = /^\s*[[{]/.test(text) ? fromJson(path, text) : fromLines(path, text)
  if (!stakers.some(({ stake }) => stake > 0n)) throw STAKE_FILE_INVALID({ path, reason: 'nobody has any' })
  return stakers
}

function readText(path: string): string {
  try {
    if (statSync(path).size > FILE_BYTES_MAX)
      throw new RangeError(`it is larger than ${FILE_BYTES_MAX} bytes`)
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw STAKE_FILE_INVALID({ path, reason: (cause as Error).message }, cause)
  }
}

function fromJson(path: string, text: string): Staker[] {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw STAKE_FILE_INVALID({ path, reason: (cause as Error).message }, cause)
  }
  const parsed = document.safeParse(json)
  if (!parsed.success) throw STAKE_FILE_INVALID({ path, reason: z.prettifyError(parsed.error).slice(0, 300) })
  const list = Array.isArray(parsed.data) ? parsed.data : parsed.data.validators
  return list.map((one) => {
    if (typeof one === 'bigint') return { stake: one, hosting: null, country: null }
    const { stake, asn, dc, country } = one
    const hosting = asn === null || asn === undefined ? (dc ?? null) : `AS${asn}`
    return { stake, hosting, country: country ?? countryOf(dc) }
  })
}

/** "20326-DE-Frankfurt am Main": network, country, place. */
function countryOf(dc: string | null | undefined): string | null {
  return /^\d+-([A-Z]{2})-/.exec(dc ?? '')?.[1] ?? null
}

/** The first column counts; a heading and empty lines don't. */
function fromLines(path: string, text: string): Staker[] {
  const rows = text.split('\n').map((line) => line.split(',')[0]!.trim())
  const stakers: Staker[] = []
  for (const [index, cell] of rows.entries()) {
    if (cell === '' || (index === 0 && !AMOUNT.test(cell))) continue
    if (!AMOUNT.test(cell))
      throw STAKE_FILE_INVALID({ path, reason: `line ${index + 1} is '${cell.slice(0, 40)}'` })
    if (stakers.length === STAKERS_MAX)
      throw STAKE_FILE_INVALID({ path, reason: `more than ${STAKERS_MAX} lines` })
    stakers.push({ stake: BigInt(cell), hosting: null, country: null })
  }
  return stakers
}
