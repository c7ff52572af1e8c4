/** Which seat a gateway has most to do with: the one whose RPC port has most connections. Linux tells. */

import { readFileSync } from 'node:fs'

/** In /proc/net/tcp. */
const ESTABLISHED = '01'

export function servingSeat<Seat extends { readonly rpcUrl: string | null }>(seats: readonly Seat[]): Seat {
  const [, ...lines] = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n')
  const remotePorts = lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state]) => state === ESTABLISHED)
    .map(([, , remote]) => Number.parseInt(remote!.split(':')[1]!, 16))
  const connections = ({ rpcUrl }: Seat) => {
    const port = rpcUrl === null ? -1 : Number(new URL(rpcUrl).port)
    return remotePorts.filter((remote) => remote === port).length
  }
  return seats.toSorted((a, b) => connections(b) - connections(a))[0]!
}
