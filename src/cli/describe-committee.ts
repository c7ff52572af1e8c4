/** A committee for people and for scripts. */

import { formatTokens } from './amounts.ts'
import type { CommitteeAnswer } from './beacon-answers.ts'
import { table } from './output.ts'

/** As in `committee` and `standby` of the JSON. */
export function committeeResult({
  epoch,
  sub,
  seed,
  committeeRoot,
  seats,
  standby,
  replaced,
}: CommitteeAnswer) {
  return {
    epoch,
    sub,
    seed,
    committeeRoot,
    committee: seats.map(({ seat, validator, account, stake }) => ({
      seat,
      validator,
      address: account,
      stake,
    })),
    standby: standby.map(({ validator, account, stake }) => ({ validator, address: account, stake })),
    replaced,
  }
}

export function describeCommittee(answer: CommitteeAnswer): string[] {
  const { epoch, sub, seed, seats, standby, replaced } = answer
  const row = (place: string, { validator, account, stake }: CommitteeAnswer['standby'][number]) => [
    place,
    `validator ${validator}`,
    account,
    `${formatTokens(stake)} staked`,
  ]
  return [
    `epoch ${epoch}${sub === 0 ? '' : `, sub-epoch ${sub}`}, drawn with seed ${seed}`,
    ...table([
      ...seats.map((member) => row(`seat ${member.seat}`, member)),
      ...standby.map((member, i) => row(`standby ${i}`, member)),
    ]),
    ...replaced.map(
      ({ seat, validator }) => `seat ${seat} was validator ${validator}'s, which was expelled or jailed`,
    ),
  ]
}
