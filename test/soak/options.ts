/** The flags of `npm run soak`. */

import { parseArgs } from 'node:util'

export interface SoakOptions {
  readonly minutes: number
  /** Of the faults that are drawn, and of the network. */
  readonly seed: string
  readonly validators: number
  readonly rollups: number
}

export const USAGE = 'npm run soak -- [--minutes 30] [--seed TEXT] [--validators 7] [--rollups 2]'

/** Throws an error for people. */
export function parseOptions(args: readonly string[]): SoakOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '30' },
      seed: { type: 'string', default: 'soak' },
      validators: { type: 'string', default: '7' },
      rollups: { type: 'string', default: '2' },
    },
  })
  return {
    minutes: number('minutes', values.minutes, 0.1),
    seed: values.seed,
    // A committee has five seats.
    validators: number('validators', values.validators, 5),
    rollups: number('rollups', values.rollups, 1),
  }
}

function number(flag: string, text: string, least: number): number {
  const value = Number(text)
  if (!(value >= least)) throw new RangeError(`--${flag} is a number of at least ${least}, not '${text}'`)
  return value
}
