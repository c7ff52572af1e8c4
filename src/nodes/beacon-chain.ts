/** The Beacon Layer's own chain in a validator: one instance an epoch, with every staked validator as a member. */

import type { BeaconApplication } from '../beacon/application.ts'
import { createEvidence } from '../beacon/evidence.ts'
import { type Committee, seatOf } from '../consensus/committee.ts'
import { weightedRoundRobin } from '../consensus/leaders.ts'
import type { Transport } from '../network/transport.ts'
import { fromHex, type Hex } from '../primitives/bytes.ts'
import { beaconInstance, type Instance } from '../primitives/ids.ts'
import { type ChainOptions, InstanceChain } from './chain.ts'
import type { InstancePlan } from './running-instance.ts'
import type { Standing } from './standing.ts'

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
  standing: Standing,
  transport: Pick<Transport, 'publicKey' | 'peers'>,
  outside: Outside,
): InstanceChain {
  const peersOf = (committee: Committee) => instancePeers(committee, standing, transport)
  const { blockTimeMs } = application.params
  return new InstanceChain({
    ...outside,
    application,
    pacing: { minBlockMs: blockTimeMs, heartbeatMs: blockTimeMs, instant: false },
    planOf: (instance) => planOf(application, instance, outside.signer.publicKey, peersOf),
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
  peersOf: (committee: Committee) => ReadonlyMap<Hex, number>,
): InstancePlan | null {
  const committee = application.committee(instance)
  const genesis = application.startOf(instance.epoch)
  const seed = application.seed(instance.epoch)
  if (committee === null || genesis === null || seed === null) return null
  return {
    committee,
    seat: seatOf(committee, voteKey),
    mayVote: application.mayVoteIn(instance.epoch),
    genesis,
    isTerminal: (block) => application.isTerminal(block),
    countsVoters: true,
    leaders: weightedRoundRobin(
      committee.members.map(({ weight }) => weight),
      fromHex(seed, 32),
    ),
    peers: peersOf(committee),
  }
}

/** All validators, for those without a seat follow; and whoever else is connected follows too. */
function instancePeers(
  { members }: Committee,
  { validators }: Standing,
  transport: Pick<Transport, 'publicKey' | 'peers'>,
): ReadonlyMap<Hex, number> {
  const seats = new Map(members.map(({ validator }, seat) => [validator, seat]))
  const followers = new Map<Hex, number>()
  for (const [peer, index] of validators) followers.set(peer, seats.get(index) ?? -1)
  for (const peer of transport.peers()) if (!followers.has(peer)) followers.set(peer, -1)
  followers.delete(transport.publicKey)
  return followers
}
