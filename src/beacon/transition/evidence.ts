/** Takes evidence of an offence into the state, slashes the validator, and expels it for good. What comes in later changes nothing more. */

import { type Evidence, encodeEvidence, verifyEvidence } from '../evidence.ts'
import { evidenceKey } from '../keys.ts'
import type { BlockContext } from './context.ts'
import { expel, proposerOf } from './punishments.ts'

export type EvidenceFault = 'UNKNOWN_INSTANCE' | 'TOO_OLD' | 'ALREADY_PUNISHED' | 'NOT_AN_OFFENCE'

export function applyEvidence(context: BlockContext, evidence: Evidence): EvidenceFault | null {
  const { state, params, host, epoch } = context
  const { instance, votes } = evidence
  if (instance.epoch + params.evidenceEpochs < epoch) return 'TOO_OLD'
  // Nobody votes before a Beacon block of the epoch is final, and until then the committee may change.
  if (instance.epoch > epoch) return 'UNKNOWN_INSTANCE'
  const committee = context.committee(instance)
  if (committee === null) return 'UNKNOWN_INSTANCE'
  const member = committee.members[votes[0].signer]
  if (member === undefined) return 'NOT_AN_OFFENCE'
  if (state.validator(member.validator)!.tombstonedIn !== null) return 'ALREADY_PUNISHED'
  const offence = verifyEvidence(committee, host.signatures, evidence)
  if (offence === null) return 'NOT_AN_OFFENCE'
  const { validator, account } = member
  state.setEvidence(evidenceKey(instance, votes[0].view, validator), encodeEvidence(evidence))
  const reporter = proposerOf(context)
  const slash = expel(context, validator, instance, reporter)
  context.emit({ type: 'evidence', evidence, offence, validator, account, slash, reporter })
  return null
}
