/** Takes evidence of an offence into the state, slashes the validator, and expels it for good. What comes in later changes nothing more. */

import { encodeEvidence, Evidence, verifyEvidence } from '../evidence'
import { evidenceKey } from '../keys'
import { NONE } from '../primitives/ids'
import { BlockContext } from './context'
import * as events from './events'
import { expel, proposerOf } from './punishments'

export function applyEvidence(context: BlockContext, evidence: Evidence): string | null {
  const state = context.state
  const instance = evidence.instance
  if (instance.epoch + context.params.evidenceEpochs < context.epoch) return 'TOO_OLD'
  // Nobody votes before a Beacon block of the epoch is final, and until then the committee may change.
  if (instance.epoch > context.epoch) return 'UNKNOWN_INSTANCE'
  const committee = context.committee(instance)
  if (committee === null) return 'UNKNOWN_INSTANCE'
  if (evidence.first.signer >= committee.members.length) return 'NOT_AN_OFFENCE'
  const member = committee.members[<i32>evidence.first.signer]
  if (state.validator(member.validator)!.tombstonedIn != NONE) return 'ALREADY_PUNISHED'
  const offence = verifyEvidence(committee, evidence)
  if (offence === null) return 'NOT_AN_OFFENCE'
  state.setEvidence(evidenceKey(instance, evidence.first.view, member.validator), encodeEvidence(evidence))
  const reporter = proposerOf(context)
  const slash = expel(context, member.validator, instance, reporter)
  context.emit(events.evidence(evidence, offence, member.validator, member.account, slash, reporter))
  return null
}
