/** Counts who signed an earlier block, mints the rewards for it, and jails whoever was away for most of the last blocks. */

import { seatsOf, verifyCertificate } from '../../consensus/vote.ts'
import { beaconInstance, height } from '../../primitives/ids.ts'
import type { AttendanceReport } from '../attendance-report.ts'
import { epochOf } from '../epochs.ts'
import { attend, isTooAbsent, newPresence, type Presence } from '../staking/attendance.ts'
import { blockReward, proposerReward, voterReward } from '../staking/rewards.ts'
import { totalStake } from '../staking/validator-set.ts'
import type { BlockContext } from './context.ts'
import { jail } from './punishments.ts'

export type AttendanceFault = 'REPORTED_BEFORE' | 'NOT_AN_ANCESTOR' | 'INVALID_CERTIFICATE'

export function applyAttendance(context: BlockContext, report: AttendanceReport): AttendanceFault | null {
  const { state, position, host, params } = context
  const { certificate } = report
  const { countedUpTo, presences } = state.attendance()
  if (report.height <= countedUpTo) return 'REPORTED_BEFORE'
  const isAncestor =
    report.height < position.height && state.digest(height(report.height)) === certificate.digest
  if (!isAncestor) return 'NOT_AN_ANCESTOR'
  const at = epochOf(report.height, params.epochLength)
  const committee = context.committee(beaconInstance(at))!
  if (certificate.kind !== 'F' || !verifyCertificate(committee, host.signatures, certificate)) {
    return 'INVALID_CERTIFICATE'
  }
  const { members, totalWeight } = committee
  const present = new Set(seatsOf(certificate.bitmap, members.length)!)
  const signedWeight = members.reduce((sum, { weight }, seat) => (present.has(seat) ? sum + weight : sum), 0n)
  const reward = blockReward(totalStake(state.validatorSet(at)!), params.rewardBpsPerYear, params.blockTimeMs)
  const proposer = context.committee(beaconInstance(context.epoch))!.members[position.proposer]!.validator
  const known = new Map(presences.map((presence) => [presence.validator, presence]))
  let minted = 0n
  for (const [seat, { validator, weight }] of members.entries()) {
    const earned = present.has(seat) ? voterReward(reward, weight, totalWeight) : 0n
    minted += earned
    known.set(validator, attend(known.get(validator) ?? newPresence(validator), present.has(seat), earned))
  }
  const bonus = proposerReward(reward, signedWeight, totalWeight)
  const proposing = known.get(proposer) ?? newPresence(proposer)
  known.set(proposer, { ...proposing, pending: proposing.pending + bonus })
  state.setMinted(state.minted() + minted + bonus)
  state.setAttendance({ countedUpTo: report.height, presences: inOrder(known) })
  for (const presence of known.values()) if (isTooAbsent(presence)) jail(context, presence.validator)
  return null
}

function inOrder(presences: ReadonlyMap<number, Presence>): Presence[] {
  return [...presences.values()].sort((a, b) => a.validator - b.validator)
}
