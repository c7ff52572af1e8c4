/** Where validators listen for peers: where they did before, if that is possible, for nodes of other machines know them by that. */

import { createServer } from 'node:net'
import { parsePeerAddress } from '../primitives/peer-address.ts'
import type { PeerAddress } from '../primitives/process-messages.ts'
import { readEndpoints } from './endpoints.ts'
import type { DevnetFolder } from './folder.ts'

export interface PeerListener {
  readonly host: string
  /** 0: the system picks one. */
  readonly port: number
}

/** By validator. */
export function peersOfLastRun(folder: DevnetFolder): Map<number, PeerAddress> {
  const known = new Map<number, PeerAddress>()
  for (const { index, peer } of readEndpoints(folder)?.beacon.validators ?? []) {
    const address = peer === null ? null : parsePeerAddress(peer)
    if (address !== null) known.set(index, address)
  }
  return known
}

export async function peerListener(host: string, before: PeerAddress | undefined): Promise<PeerListener> {
  const port = before?.port ?? 0
  return { host, port: port !== 0 && (await isFree({ host, port })) ? port : 0 }
}

function isFree(listener: PeerListener): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(listener, () => server.close(() => resolve(true)))
  })
}
