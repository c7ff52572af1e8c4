/** Takes evidence of an offence into the state, once per validator, instance and view. */

import { BEACON } from '../../primitives/ids.ts'
import { type Evidence, encodeEvidence, verifyEvidence } from '../evidence.ts'
import { evidenceKey } from '../keys.ts'
import type { BlockContext } from './context.ts'

export type EvidenceFault = 'UNKNOWN_INSTANCE' | 'TOO_OLD' | 'ALREADY_KNOWN' | 'NOT_AN_OFFENCE'

export function applyEvidence(context: BlockContext, evidence: Evidence): EvidenceFault | null {
  const { state, params, host, epoch } = context
  const { instance, votes } = evidence
  if (instance.epoch + params.evidenceEpochs < epoch) return 'TOO_OLD'
  if (instance.rollup === BEACON && instance.epoch > epoch) return 'UNKNOWN_INSTANCE'
  const committee = context.committee(instance)
  if (committee === null) return 'UNKNOWN_INSTANCE'
  const member = committee.members[votes[0].signer]
  if (member === undefined) return 'NOT_AN_OFFENCE'
  const key = evidenceKey(instance, votes[0].view, member.validator)
  if (state.has(key)) return 'ALREADY_KNOWN'
  const offence = verifyEvidence(committee, host.signatures, evidence)
  if (offence === null) return 'NOT_AN_OFFENCE'
  state.setEvidence(key, encodeEvidence(evidence))
  context.emit({ type: 'evidence', evidence, offence, validator: member.validator, account: member.account })
  return null
}
