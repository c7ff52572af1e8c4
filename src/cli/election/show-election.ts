/** Who was drawn to sequence a rollup, and how. */

import type { CommitteeAnswer, RollupAnswer, ValidatorSetAnswer } from '../beacon-answers.ts'
import { committeeResult, describeCommittee } from '../describe-committee.ts'
import { NOT_AVAILABLE } from '../light-client.ts'
import { checkRollupIsRegistered, type Network } from '../network.ts'
import { describeDraw, type ExplainedDraw, explainDraw } from './explain.ts'

export interface ShownElection {
  readonly committee: CommitteeAnswer
  /** Null where the validators of that epoch can't be drawn from. */
  readonly draw: ExplainedDraw | null
}

/** Of the present epoch unless it is said. Throws ROLLUP_UNKNOWN, or NOT_AVAILABLE if there is no such committee. */
export async function fetchElection(
  network: Network,
  rollup: string,
  epoch: number | undefined,
): Promise<ShownElection> {
  const { beacon } = network
  await checkRollupIsRegistered(network, rollup)
  const params = epoch === undefined ? [rollup] : [rollup, epoch]
  const committee = (await beacon.request('beacon_getCommittee', params)) as CommitteeAnswer | null
  if (committee === null)
    throw NOT_AVAILABLE({ what: `the committee of rollup ${params.join(' in epoch ')}` })
  const [set, { minStake }] = (await Promise.all([
    beacon.request('beacon_getValidatorSet', [committee.epoch]),
    beacon.request('beacon_getRollup', [rollup]),
  ])) as [ValidatorSetAnswer, RollupAnswer]
  return { committee, draw: explainDraw(committee, set, BigInt(minStake)) }
}

export function electionResult({ committee, draw }: ShownElection) {
  return { rollup: committee.rollup.name, ...committeeResult(committee), draw }
}

export function describeElection({ committee, draw }: ShownElection): string[] {
  return [...describeCommittee(committee), ...(draw === null ? [] : describeDraw(draw))]
}
