/** The flags of `npm run simulate`. */

import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { KINDS, type Kind } from './kinds.ts'

/** How many there are; a test counts them. */
export const TWINS_SCENARIOS = 786_001

export const USAGE = `npm run simulate -- [--seeds 1000] [--from 1]   so many seeds, on all cores
                     --hours 2 [--from 1]        seeds until the time is over
                     --seed 7 [--trace]          one seed, and what each node saw
                     --twins                     all scenarios of a twin among four seats, 4 views

  --kind engine|network|twins   one instance of consensus (default), a whole network, or a twin
  --jobs N                threads; default: one for each core
  --bls                   real BLS signatures in every seed
  --keep-going            go on after a failure`

export interface Options {
  readonly kind: Kind
  readonly bls: boolean
  readonly jobs: number
  readonly keepGoing: boolean
  readonly trace: boolean
  readonly from: number
  /** How many seeds; Infinity if time decides. */
  readonly seeds: number
  readonly hours: number
  /** One seed only, in this very thread. */
  readonly seed: number | null
}

/** Throws an Error that says what is wrong with them. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kind: { type: 'string', default: 'engine' },
      seeds: { type: 'string' },
      from: { type: 'string', default: '1' },
      seed: { type: 'string' },
      hours: { type: 'string' },
      jobs: { type: 'string', default: `${availableParallelism()}` },
      trace: { type: 'boolean', default: false },
      bls: { type: 'boolean', default: false },
      twins: { type: 'boolean', default: false },
      'keep-going': { type: 'boolean', default: false },
    },
  })
  const named = values.twins ? 'twins' : values.kind
  const kind = KINDS.find((known) => known === named)
  if (kind === undefined) throw new Error(`--kind is ${KINDS.join(' or ')}, not '${named}'`)
  if (values.trace && values.seed === undefined) throw new Error('--trace needs --seed: it follows one run')
  const isTimed = values.hours !== undefined
  const from = wholeNumber('--from', values.from, 0)
  const usual = isTimed ? Infinity : values.twins ? TWINS_SCENARIOS + 1 - from : 1000
  return {
    kind,
    bls: values.bls,
    jobs: wholeNumber('--jobs', values.jobs, 1),
    keepGoing: values['keep-going'],
    trace: values.trace,
    from,
    seeds: values.seeds === undefined ? usual : wholeNumber('--seeds', values.seeds, 1),
    hours: isTimed ? positive('--hours', values.hours!) : Infinity,
    seed: values.seed === undefined ? null : wholeNumber('--seed', values.seed, 0),
  }
}

function wholeNumber(flag: string, text: string, min: number): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < min)
    throw new Error(`${flag} is a whole number from ${min} on, not '${text}'`)
  return value
}

function positive(flag: string, text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new Error(`${flag} is a number above 0, not '${text}'`)
  return value
}
