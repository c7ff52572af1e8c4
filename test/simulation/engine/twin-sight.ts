/** Until the network is well, each of the two nodes of a twin lives in a world of its own: per phase, a peer is seen by one, both or none. */

import type { Machine, Sight } from './machine.ts'
import type { World } from './world.ts'

export function drawSight({ random, network }: World): Sight {
  /** By phase and peer: 0 both, 1, 2, or 3 none. */
  const sides = new Map<string, number>()
  const sees = ({ half }: Machine, peer: string): boolean => {
    const { phase } = network
    if (half === 0 || phase < 0) return true
    const key = `${phase}:${peer}`
    const side = sides.get(key) ?? random.below(4)
    sides.set(key, side)
    return side === 0 || side === half
  }
  return (from, to) => sees(from, to.name) && sees(to, from.name)
}
