/** Counts who signed an earlier block, mints the rewards for it, and jails whoever was away for most of the last blocks. */

import { AttendanceReport } from '../attendance-report'
import { FINALIZE, seatsOf, verifyCertificate } from '../consensus/vote'
import { epochOf } from '../epochs'
import { beaconInstance } from '../primitives/ids'
import { U256 } from '../primitives/uint'
import { attend, Attendance, isTooAbsent, Presence } from '../staking/attendance'
import { blockReward, proposerReward, voterReward } from '../staking/rewards'
import { totalStake } from '../staking/validator-set'
import { BlockContext } from './context'
import { jail } from './punishments'

export function applyAttendance(context: BlockContext, report: AttendanceReport): string | null {
  const state = context.state
  const params = context.params
  const certificate = report.certificate
  const attendance = state.attendance()
  if (report.height <= attendance.countedUpTo) return 'REPORTED_BEFORE'
  if (report.height >= context.position.height || state.digest(report.height) != certificate.digest) {
    return 'NOT_AN_ANCESTOR'
  }
  const at = epochOf(report.height, params.epochLength)
  const committee = context.committee(beaconInstance(at))!
  if (certificate.kind != FINALIZE || !verifyCertificate(committee, certificate)) return 'INVALID_CERTIFICATE'
  const present = seatsOf(certificate.bitmap, committee.members.length)!
  const reward = blockReward(totalStake(state.validatorSet(at)!), params.rewardBpsPerYear, params.blockTimeMs)
  const known = new Map<i64, Presence>()
  for (let i = 0; i < attendance.presences.length; i++) {
    known.set(attendance.presences[i].validator, attendance.presences[i])
  }
  let signedWeight = U256.ZERO
  let minted = U256.ZERO
  for (let seat = 0; seat < committee.members.length; seat++) {
    const member = committee.members[seat]
    const isPresent = present.includes(seat)
    const earned = isPresent ? voterReward(reward, member.weight, committee.totalWeight) : U256.ZERO
    if (isPresent) signedWeight = signedWeight + member.weight
    minted = minted + earned
    known.set(member.validator, attend(presenceOf(known, member.validator), isPresent, earned))
  }
  const bonus = proposerReward(reward, signedWeight, committee.totalWeight)
  const proposers = context.committee(beaconInstance(context.epoch))!
  const proposing = presenceOf(known, proposers.members[<i32>context.position.proposer].validator)
  known.set(proposing.validator, proposing.withPending(proposing.pending + bonus))
  state.setMinted(state.minted() + minted + bonus)
  state.setAttendance(new Attendance(report.height, inOrder(known)))
  const presences = known.values()
  for (let i = 0; i < presences.length; i++) {
    if (isTooAbsent(presences[i])) jail(context, presences[i].validator)
  }
  return null
}

function presenceOf(known: Map<i64, Presence>, validator: i64): Presence {
  return known.has(validator) ? known.get(validator) : new Presence(validator)
}

function inOrder(known: Map<i64, Presence>): Presence[] {
  const presences = known.values()
  presences.sort((a, b) => (a.validator < b.validator ? -1 : 1))
  return presences
}
