/**
 * Forks of a network: each time that one is restored from a copy of its past, what comes after is another fork of it, and everything that is
 * signed there is bound to that fork's id. So what was signed in the abandoned future proves nothing in the new one, while the certificates
 * of the common past go on to hold.
 */

import type { Instance, NetworkIdentity, View } from './ids.ts'

/** The last view that was decided in a chain; a chain is a rollup's, or the Beacon Layer's (rollup 0). */
export interface ChainPosition extends Instance {
  readonly view: View
}

export interface Fork {
  /** Above that of every fork before it, abandoned ones among them. */
  readonly id: number
  /** Where each chain was; the fork begins right after. A chain that isn't here was made in the fork. */
  readonly after: readonly ChainPosition[]
}

export interface Network {
  /** The Beacon Layer's chain id. */
  readonly chainId: number
  readonly genesisHash: `0x${string}`
  /** Since the genesis, in their order; positions of a chain never fall from one to the next. */
  readonly forks: readonly Fork[]
}

/** A part of an instance: from the view after `after` on, signatures are bound to the fork `id`. */
export interface ForkedViews {
  readonly id: number
  readonly after: View
}

/** The genesis is fork 0. */
const GENESIS_FORK = 0

/** What signatures in a view of an instance are bound to. */
export function identityAt(network: Network, instance: Instance, at: View): NetworkIdentity {
  const { id } = forksIn(network, instance).findLast(({ after }) => at > after || after === 0)!
  return identityOf(network, id)
}

/** What is signed now is bound to this. */
export function presentIdentity(network: Network): NetworkIdentity {
  return identityOf(network, network.forks.at(-1)?.id ?? GENESIS_FORK)
}

/** The forks that an instance went through, by ascending views; the first begins with the instance. */
export function forksIn({ forks }: Network, instance: Instance): readonly ForkedViews[] {
  let found: ForkedViews[] = [{ id: GENESIS_FORK, after: 0 as View }]
  for (const { id, after } of forks) {
    const left = after.find(({ rollup }) => rollup === instance.rollup)
    const order = left === undefined ? -1 : left.epoch - instance.epoch || left.sub - instance.sub
    if (order > 0) break
    const from = order < 0 ? (0 as View) : left!.view
    found = [...found.filter((before) => before.after < from), { id, after: from }]
  }
  return found
}

/** The higher of two positions of one chain. */
export function laterPosition(a: ChainPosition, b: ChainPosition): ChainPosition {
  return (a.epoch - b.epoch || a.sub - b.sub || a.view - b.view) >= 0 ? a : b
}

function identityOf({ chainId, genesisHash }: Network, forkId: number): NetworkIdentity {
  return { chainId, genesisHash, forkId }
}
