/** What is done at the terminal block of an epoch, in this order: rewards, penalties, then the stakes that are left are frozen, and votes counted. */

import { terminalHeight } from '../epochs'
import { Attendance, Presence } from '../staking/attendance'
import { entryOf } from '../staking/validator-set'
import { BlockContext } from './context'
import { prepareEpochs } from './draws'
import { applyPenalties } from './punishments'
import { accrue } from './stakes'
import { decideUpgrade } from './upgrades'

export function closeEpoch(context: BlockContext): void {
  if (context.position.height != terminalHeight(context.epoch, context.params.epochLength)) return
  creditRewards(context)
  applyPenalties(context)
  prepareEpochs(context)
  decideUpgrade(context)
}

/** Whoever serves no more is forgotten: should it come back, it begins anew. */
function creditRewards(context: BlockContext): void {
  const state = context.state
  const serving = state.attendance().presences
  for (let i = 0; i < serving.length; i++) accrue(context, serving[i].validator)
  const present = state.validatorSet(context.epoch)!
  const next = state.validatorSet(context.epoch + 1)!
  const attendance = state.attendance()
  const presences: Presence[] = []
  for (let i = 0; i < attendance.presences.length; i++) {
    const presence = attendance.presences[i]
    const isServing = entryOf(present, presence.validator) !== null || entryOf(next, presence.validator) !== null
    if (isServing) presences.push(presence)
  }
  state.setAttendance(new Attendance(attendance.countedUpTo, presences))
}
