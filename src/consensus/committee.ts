/** Who votes in an instance, with which weight, and what their signatures are bound to. */

import { concatBytes, fromHex, type Hex, utf8 } from '../primitives/bytes.ts'
import { ByteWriter } from '../primitives/codec.ts'
import { forksIn, type Network } from '../primitives/forks.ts'
import { keccak256, keccakHex } from '../primitives/hash.ts'
import type { Instance, NetworkIdentity, View } from '../primitives/ids.ts'
import { writeInstance } from './header.ts'

export interface Member {
  /** Index in the Beacon Layer's validator registry. */
  readonly validator: number
  /** The validator's account; tips of its blocks go there. */
  readonly account: Hex
  /** BLS vote key, 48 B. */
  readonly publicKey: Uint8Array
  readonly weight: bigint
}

/** An instance's voters in seat order. Immutable. */
export interface Committee {
  readonly instance: Instance
  readonly members: readonly Member[]
  readonly totalWeight: bigint
  /** H of all (vote key, weight), in seat order. */
  readonly root: Hex
  /** One for each fork of the network that the instance went through, by ascending views. */
  readonly domains: readonly VoteDomain[]
}

/** Prefix of every message signed in the views after `after`, so that no vote is valid in two instances, networks or forks. */
export interface VoteDomain {
  readonly after: View
  readonly prefix: Uint8Array
}

export function createCommittee(network: Network, instance: Instance, members: readonly Member[]): Committee {
  const root = committeeRoot(members)
  return {
    instance,
    members,
    totalWeight: members.reduce((sum, member) => sum + member.weight, 0n),
    root,
    domains: forksIn(network, instance).map(({ id, after }) => ({
      after,
      prefix: voteDomain({ ...network, forkId: id }, instance, root),
    })),
  }
}

export function committeeRoot(members: readonly Pick<Member, 'publicKey' | 'weight'>[]): Hex {
  const writer = new ByteWriter()
  for (const member of members) writer.raw(member.publicKey).u128(member.weight)
  return keccakHex(writer.finish())
}

function voteDomain(network: NetworkIdentity, instance: Instance, root: Hex): Uint8Array {
  const bound = new ByteWriter().u64(network.chainId).hex(network.genesisHash, 32).u32(network.forkId)
  return keccak256(
    concatBytes(utf8('beacon/vote/1'), writeInstance(bound, instance).finish(), fromHex(root, 32)),
  )
}

/** What signatures in a view begin with. */
export function domainAt({ domains }: Committee, at: View): Uint8Array {
  return (domains.findLast(({ after }) => at > after) ?? domains[0]!).prefix
}

/** The last view of an abandoned fork: nobody signs there any more, nor before it. 0 if the instance had one fork only. */
export function closedView({ domains }: Committee): View {
  return domains.at(-1)!.after
}

/** More than two thirds: any two such sets share more than a third. */
export function isQuorum(committee: Committee, weight: bigint): boolean {
  return 3n * weight > 2n * committee.totalWeight
}

/** Seat of a vote key, or -1. */
export function seatOf(committee: Committee, publicKey: Uint8Array): number {
  return committee.members.findIndex((member) => Buffer.compare(member.publicKey, publicKey) === 0)
}
