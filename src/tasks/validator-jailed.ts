/** `beacon run validator jailed`: who doesn't serve for having been absent, and who is on the way there. */

import { type ListedValidator, listValidators } from '../cli/list-validators.ts'
import { table } from '../cli/output.ts'
import type { TaskContext } from '../plugin/context.ts'

export interface JailedValidator {
  readonly validator: number
  /** The epoch in which it was jailed. */
  readonly since: number
  /** The epoch from which on `beacon validator unjail` has it back. */
  readonly until: number
}

export interface AbsentValidator {
  readonly validator: number
  /** Of the last `counted` Beacon blocks. */
  readonly attended: number
  readonly counted: number
  /** The latest ones. */
  readonly missedInARow: number
}

/** Who is slow may miss a block or two, which certificates don't wait for. */
const ABSENT_FROM = 5

export default async function validatorJailed(_: object, { openNetwork, print }: TaskContext) {
  const { epoch, validators } = await listValidators(await openNetwork())
  const found = { epoch, jailed: jailedOf(validators), absent: absentOf(validators) }
  for (const line of describe(found)) print(line)
  return found
}

export function jailedOf(validators: readonly ListedValidator[]): JailedValidator[] {
  return validators.flatMap(({ index, status, jailedIn, jailedUntil }) =>
    status === 'jailed' ? [{ validator: index, since: jailedIn!, until: jailedUntil! }] : [],
  )
}

/** Whoever isn't there is jailed once; the sets that are frozen already have it on for some epochs. */
export function absentOf(validators: readonly ListedValidator[]): AbsentValidator[] {
  return validators.flatMap(({ index, status, presence }) =>
    status !== 'jailed' &&
    status !== 'tombstoned' &&
    presence !== null &&
    presence.missedInARow >= ABSENT_FROM
      ? [{ validator: index, ...presence }]
      : [],
  )
}

interface Found {
  readonly epoch: number
  readonly jailed: readonly JailedValidator[]
  readonly absent: readonly AbsentValidator[]
}

function describe({ epoch, jailed, absent }: Found): string[] {
  if (jailed.length + absent.length === 0) return [`epoch ${epoch}: nobody is jailed or absent`]
  const rows = [
    ...jailed.map(({ validator, since, until }) => [
      `validator ${validator}`,
      `jailed in epoch ${since}`,
      epoch < until ? `may come back in epoch ${until}` : 'may come back: `beacon validator unjail`',
    ]),
    ...absent.map(({ validator, attended, counted, missedInARow }) => [
      `validator ${validator}`,
      `absent for ${missedInARow} Beacon blocks`,
      `signed ${attended} of the last ${counted}`,
    ]),
  ]
  return [`epoch ${epoch}`, ...table(rows)]
}
