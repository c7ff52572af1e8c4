/** What is done at the terminal block of an epoch, in this order: rewards, penalties, then the stakes that are left are frozen, and votes counted. */

import { epoch } from '../../primitives/ids.ts'
import { terminalHeight } from '../epochs.ts'
import { entryOf } from '../staking/validator-set.ts'
import type { BlockContext } from './context.ts'
import { prepareEpochs } from './draws.ts'
import { applyPenalties } from './punishments.ts'
import { accrue } from './stakes.ts'
import { decideUpgrade } from './upgrades.ts'

export function closeEpoch(context: BlockContext): void {
  const { params, position, epoch: current } = context
  if (position.height !== terminalHeight(current, params.epochLength)) return
  creditRewards(context)
  applyPenalties(context)
  prepareEpochs(context)
  decideUpgrade(context)
}

/** Whoever serves no more is forgotten: should it come back, it begins anew. */
function creditRewards(context: BlockContext): void {
  const { state, epoch: current } = context
  for (const { validator } of state.attendance().presences) accrue(context, validator)
  const sets = [current, epoch(current + 1)].map((at) => state.validatorSet(at)!)
  const attendance = state.attendance()
  const presences = attendance.presences.filter(({ validator }) =>
    sets.some((set) => entryOf(set, validator) !== null),
  )
  state.setAttendance({ ...attendance, presences })
}
