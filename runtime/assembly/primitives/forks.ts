/** Forks of a network: what is signed after one is restored from its past is bound to another id. See src/primitives/forks.ts. */

import { ByteReader } from './codec'
import { Instance, NetworkIdentity } from './ids'

const GENESIS_FORK: i64 = 0
const FORKS_MAX = 0xffff

/** The last view that was decided in a chain. */
export class ChainPosition {
  constructor(
    readonly rollup: i64,
    readonly epoch: i64,
    readonly sub: i64,
    readonly view: i64,
  ) {}
}

export class Fork {
  constructor(
    readonly id: i64,
    readonly after: ChainPosition[],
  ) {}
}

export class Network {
  constructor(
    readonly chainId: i64,
    readonly genesisHash: string,
    readonly forks: Fork[],
  ) {}
}

/** From the view after `after` on, signatures are bound to the fork `id`. */
export class ForkedViews {
  constructor(
    readonly id: i64,
    readonly after: i64,
  ) {}
}

/** What signatures in a view of an instance are bound to. */
export function identityAt(network: Network, instance: Instance, at: i64): NetworkIdentity {
  const found = forksIn(network, instance)
  let id = GENESIS_FORK
  for (let i = found.length - 1; i >= 0; i--) {
    if (at <= found[i].after && found[i].after != 0) continue
    id = found[i].id
    break
  }
  return new NetworkIdentity(network.chainId, network.genesisHash, id)
}

/** The forks that an instance went through, by ascending views; the first begins with the instance. */
export function forksIn(network: Network, instance: Instance): ForkedViews[] {
  let found: ForkedViews[] = [new ForkedViews(GENESIS_FORK, 0)]
  for (let i = 0; i < network.forks.length; i++) {
    const fork = network.forks[i]
    const left = positionOf(fork, instance.rollup)
    const order: i64 =
      left === null ? -1 : left.epoch != instance.epoch ? left.epoch - instance.epoch : left.sub - instance.sub
    if (order > 0) break
    const from: i64 = order < 0 || left === null ? 0 : left.view
    const kept: ForkedViews[] = []
    for (let j = 0; j < found.length; j++) if (found[j].after < from) kept.push(found[j])
    kept.push(new ForkedViews(fork.id, from))
    found = kept
  }
  return found
}

export function readNetwork(reader: ByteReader): Network {
  const chainId = reader.u64()
  const genesisHash = reader.hex(32)
  const forks: Fork[] = []
  const count = reader.count(FORKS_MAX)
  for (let i = 0; i < count; i++) forks.push(readFork(reader))
  return new Network(chainId, genesisHash, forks)
}

function readFork(reader: ByteReader): Fork {
  const id = reader.u32()
  const after: ChainPosition[] = []
  const count = reader.count(FORKS_MAX)
  for (let i = 0; i < count; i++) {
    const rollup = reader.u64()
    const epoch = reader.u32()
    const sub = reader.u32()
    after.push(new ChainPosition(rollup, epoch, sub, reader.u64()))
  }
  return new Fork(id, after)
}

function positionOf(fork: Fork, rollup: i64): ChainPosition | null {
  for (let i = 0; i < fork.after.length; i++) if (fork.after[i].rollup == rollup) return fork.after[i]
  return null
}
