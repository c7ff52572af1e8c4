/** Who votes in an instance, with which weight, and what their signatures are bound to. */

import { concatBytes, fromHex, utf8 } from '../primitives/bytes'
import { ByteWriter } from '../primitives/codec'
import { forksIn, Network } from '../primitives/forks'
import { keccak256, keccakHex } from '../primitives/hash'
import { Instance, NetworkIdentity } from '../primitives/ids'
import { U256 } from '../primitives/uint'
import { writeInstance } from './header'

const THREE = U256.of(3)
const TWO = U256.of(2)

export class Member {
  constructor(
    readonly validator: i64,
    readonly account: string,
    readonly publicKey: Uint8Array,
    readonly weight: U256,
  ) {}
}

/** Prefix of every message signed in the views after `after`. */
export class VoteDomain {
  constructor(
    readonly after: i64,
    readonly prefix: Uint8Array,
  ) {}
}

export class Committee {
  constructor(
    readonly instance: Instance,
    readonly members: Member[],
    readonly totalWeight: U256,
    readonly domains: VoteDomain[],
  ) {}
}

export function createCommittee(network: Network, instance: Instance, members: Member[]): Committee {
  const root = committeeRoot(members)
  let totalWeight = U256.ZERO
  for (let i = 0; i < members.length; i++) totalWeight = totalWeight + members[i].weight
  const forks = forksIn(network, instance)
  const domains: VoteDomain[] = []
  for (let i = 0; i < forks.length; i++) {
    const identity = new NetworkIdentity(network.chainId, network.genesisHash, forks[i].id)
    domains.push(new VoteDomain(forks[i].after, voteDomain(identity, instance, root)))
  }
  return new Committee(instance, members, totalWeight, domains)
}

/** H of all (vote key, weight), in seat order. */
export function committeeRoot(members: Member[]): string {
  const writer = new ByteWriter()
  for (let i = 0; i < members.length; i++) writer.raw(members[i].publicKey).u128(members[i].weight)
  return keccakHex(writer.finish())
}

/** What signatures in a view begin with. */
export function domainAt(committee: Committee, at: i64): Uint8Array {
  const domains = committee.domains
  for (let i = domains.length - 1; i >= 0; i--) if (at > domains[i].after) return domains[i].prefix
  return domains[0].prefix
}

/** More than two thirds: any two such sets share more than a third. */
export function isQuorum(committee: Committee, weight: U256): bool {
  return THREE * weight > TWO * committee.totalWeight
}

function voteDomain(network: NetworkIdentity, instance: Instance, root: string): Uint8Array {
  const bound = new ByteWriter().u64(network.chainId).hex(network.genesisHash, 32).u32(network.forkId)
  return keccak256(
    concatBytes([utf8('beacon/vote/1'), writeInstance(bound, instance).finish(), fromHex(root)]),
  )
}
