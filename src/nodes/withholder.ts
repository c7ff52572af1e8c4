/**
 * A validator that keeps its proposals from others, for experiments: from all of them, or from so many that those who have one are just too few
 * for a quorum. It votes like everybody else.
 */

import { type Committee, isQuorum } from '../consensus/committee.ts'
import { decodeMessage } from '../consensus/message.ts'
import type { Hex } from '../primitives/bytes.ts'
import type { Instance } from '../primitives/ids.ts'
import type { InstanceOptions } from './running-instance.ts'

type SendConsensus = InstanceOptions['send']

export interface WithholderOptions {
  /** Index of the validator; null as long as it isn't registered. */
  readonly validator: () => number | null
  /** From whom it withholds its proposals, there and now. */
  readonly from: (instance: Instance) => 'nobody' | 'most' | 'all'
  readonly committeeOf: (instance: Instance) => Committee | null
  /** Of a validator, by its index. */
  readonly networkKeyOf: (validator: number) => Hex
}

export function withholder(send: SendConsensus, options: WithholderOptions): SendConsensus {
  const { from, committeeOf } = options
  return (to, instance, bytes) => {
    const kept = from(instance)
    if (kept === 'nobody' || decodeMessage(bytes).type !== 'proposal') return send(to, instance, bytes)
    const committee = committeeOf(instance)
    const reached = kept === 'all' || committee === null ? [] : tooFew(committee, options)
    send(
      to.filter((peer) => reached.includes(peer)),
      instance,
      bytes,
    )
  }
}

/** Network keys of members who together with this validator are no quorum, and would be with any other. The same at each call. */
function tooFew(committee: Committee, { validator, networkKeyOf }: WithholderOptions): Hex[] {
  const own = committee.members.find((member) => member.validator === validator())
  let weight = own?.weight ?? 0n
  const reached: Hex[] = []
  for (const member of committee.members) {
    if (member === own || isQuorum(committee, weight + member.weight)) continue
    weight += member.weight
    reached.push(networkKeyOf(member.validator))
  }
  return reached
}
