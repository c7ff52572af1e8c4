/**
 * Which node of a simulated network answers clients of a chain: the same one as long as it answers, and then one that is as far as any, so that
 * nobody sees the chain go back.
 */

import type { Methods } from '../rpc/dispatch.ts'
import type { SimulatedNetwork } from './network.ts'

interface Node {
  readonly url: string
  readonly methods: Methods
}

export class Serving {
  readonly #nodes: () => readonly Node[]
  #url: string | null = null

  constructor(nodes: () => readonly Node[]) {
    this.#nodes = nodes
  }

  /** Null if nobody answers. */
  get methods(): Methods | null {
    const nodes = this.#nodes()
    const serving = nodes.find(({ url }) => url === this.#url) ?? highest(nodes)
    this.#url = serving?.url ?? null
    return serving?.methods ?? null
  }

  /** Height of the chain as clients see it; -1 if nobody answers. */
  get head(): number {
    const { methods } = this
    return methods === null ? -1 : headOf(methods)
  }
}

export function servingBeacon({ machines }: SimulatedNetwork): Serving {
  return new Serving(() =>
    machines.flatMap(({ beaconUrl, isPaused, services }) =>
      beaconUrl === null || isPaused ? [] : [{ url: beaconUrl, methods: services.get(beaconUrl)! }],
    ),
  )
}

export function servingRollup(network: SimulatedNetwork, rollup: string): Serving {
  return new Serving(() =>
    network.seatsOf(rollup).flatMap(({ machine, url }) => {
      const { isPaused, services } = network.machines[machine]!
      return isPaused ? [] : [{ url, methods: services.get(url)! }]
    }),
  )
}

function highest(nodes: readonly Node[]): Node | null {
  const [first, ...others] = nodes
  if (first === undefined) return null
  return others.reduce((best, node) => (headOf(node.methods) > headOf(best.methods) ? node : best), first)
}

function headOf(methods: Methods): number {
  return Number(methods.eth_blockNumber!([], { subscriptions: null }))
}
