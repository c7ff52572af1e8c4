/** The Beacon Layer's own chain in a validator: one instance an epoch, with every staked validator as a member. */

import type { BeaconApplication } from '../beacon/application.ts'
import { createEvidence } from '../beacon/evidence.ts'
import { seatOf } from '../consensus/committee.ts'
import { weightedRoundRobin } from '../consensus/leaders.ts'
import { fromHex, type Hex, toHex } from '../primitives/bytes.ts'
import { beaconInstance, type Instance } from '../primitives/ids.ts'
import { type ChainOptions, InstanceChain } from './chain.ts'
import type { InstancePlan } from './running-instance.ts'

type Outside = Pick<
  ChainOptions,
  | 'scheme'
  | 'signer'
  | 'delayBoundMs'
  | 'clock'
  | 'chainTime'
  | 'timers'
  | 'endOfTurn'
  | 'logger'
  | 'logs'
  | 'send'
  | 'onFailure'
>

export function createBeaconChain(
  application: BeaconApplication,
  networkKey: Hex,
  outside: Outside,
): InstanceChain {
  const { blockTimeMs } = application.params
  return new InstanceChain({
    ...outside,
    application,
    pacing: { minBlockMs: blockTimeMs, heartbeatMs: blockTimeMs, instant: false },
    planOf: (instance) => planOf(application, instance, outside.signer.publicKey, networkKey),
    successorOf: (instance) => beaconInstance(instance.epoch + 1),
    blocksOf: (instance) => application.blockSource(instance.epoch),
    onEvidence: (instance, { first, second }) =>
      void application.pool.addEvidence(createEvidence(instance, first, second)),
  })
}

function planOf(
  application: BeaconApplication,
  instance: Instance,
  voteKey: Uint8Array,
  networkKey: Hex,
): InstancePlan | null {
  const committee = application.committee(instance)
  const genesis = application.startOf(instance.epoch)
  const seed = application.seed(instance.epoch)
  if (committee === null || genesis === null || seed === null) return null
  const seats = new Map(committee.members.map(({ validator }, seat) => [validator, seat]))
  const peers = application.state
    .validators()
    .map(({ networkKey }, index): [Hex, number] => [toHex(networkKey), seats.get(index) ?? -1])
  return {
    committee,
    seat: seatOf(committee, voteKey),
    mayVote: true,
    genesis,
    isTerminal: (block) => application.isTerminal(block),
    leaders: weightedRoundRobin(
      committee.members.map(({ weight }) => weight),
      fromHex(seed, 32),
    ),
    peers: new Map(peers.filter(([peer]) => peer !== networkKey)),
  }
}
