/** What a validator is at present, in one word and in a note for people. */

import type { ValidatorAnswer } from './beacon-answers.ts'

export type ValidatorStatus = 'active' | 'pending' | 'jailed' | 'leaving' | 'gone' | 'tombstoned'

/** `serves`: it is in the present epoch's set. `jailedUntil`: of somebody jailed, the epoch from which on it may come back. */
export function validatorStatus(
  { tombstonedIn, jailedIn, isJailed, exitAskedIn, gone }: ValidatorAnswer,
  serves: boolean,
  jailedUntil: number | null,
): { readonly status: ValidatorStatus; readonly note: string } {
  if (tombstonedIn !== null) return { status: 'tombstoned', note: `expelled in epoch ${tombstonedIn}` }
  if (gone !== null)
    return { status: serves ? 'leaving' : 'gone', note: `${serves ? 'leaves' : 'left'} with epoch ${gone}` }
  if (isJailed) return { status: 'jailed', note: `jailed in epoch ${jailedIn}, until ${jailedUntil}` }
  if (exitAskedIn !== null) return { status: 'leaving', note: `asked to leave in epoch ${exitAskedIn}` }
  return serves ? { status: 'active', note: '' } : { status: 'pending', note: 'not in the set yet' }
}
