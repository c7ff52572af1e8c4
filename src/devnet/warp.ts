/** Moves the time of a running network's chains: at once by some seconds, or through whole epochs, with every block on the way. */

import { setTimeout as delay } from 'node:timers/promises'
import type { DevnetFolder } from './folder.ts'
import type { Gateways } from './gateways.ts'
import type { NetworkProcesses } from './network-processes.ts'
import {
  type BeaconStatus,
  fetchBeaconStatus,
  storedTimeAhead,
  storeTimeAhead,
  WARP_TOO_SLOW,
  waitForTime,
} from './time.ts'

export interface Warp {
  readonly by: 'seconds' | 'epochs'
  readonly amount: number
}

export interface Warped {
  /** Unix ms, of the chains' blocks from now on. */
  readonly time: number
  /** Before the machine's. */
  readonly aheadMs: number
  /** The Beacon Layer's. */
  readonly epoch: number
}

interface WarpedNetwork {
  readonly folder: DevnetFolder
  readonly processes: NetworkProcesses
  readonly gateways: Gateways
  readonly left: () => number
}

/** Between Beacon blocks: committees of rollups change hands within a few of them, and need the time to. */
const BLOCK_MS = 100

export async function warp(network: WarpedNetwork, { by, amount }: Warp): Promise<Warped> {
  const { folder, processes, gateways, left } = network
  const before = storedTimeAhead(folder)
  const { epoch, params } = await fetchBeaconStatus(gateways)
  const epochMs = params.epochLength * params.blockTimeMs
  const aheadMs = before + amount * (by === 'seconds' ? 1_000 : epochMs)
  // First of all: a node that starts again must never be behind the blocks that there are.
  storeTimeAhead(folder, aheadMs)
  await processes.acceptTime({ aheadMs: before, acceptedMs: aheadMs })
  if (by === 'epochs') await hurry(network, before, aheadMs, epoch + amount, params)
  const from = Date.now() + aheadMs
  processes.tellTime({ aheadMs, acceptedMs: aheadMs })
  await processes.setL1Time(aheadMs)
  await waitForTime(gateways, from, left)
  const status = await fetchBeaconStatus(gateways)
  return { time: Date.now() + aheadMs, aheadMs, epoch: status.epoch }
}

/** Lets time run faster until `epoch` has come: with each block the clock moves to where the next one is due. */
async function hurry(
  { processes, gateways, left }: WarpedNetwork,
  fromMs: number,
  toMs: number,
  epoch: number,
  { blockTimeMs }: BeaconStatus['params'],
): Promise<void> {
  const timeoutMs = left()
  let aheadMs = fromMs
  let height = 0
  for (;;) {
    const status = await fetchBeaconStatus(gateways)
    if (status.epoch >= epoch) return
    if (left() <= 1) throw WARP_TOO_SLOW({ timeoutMs })
    if (status.head.height > height) {
      height = status.head.height
      aheadMs = Math.min(aheadMs + Math.max(blockTimeMs - BLOCK_MS, 0), toMs)
      processes.tellTime({ aheadMs, acceptedMs: toMs })
    }
    await delay(BLOCK_MS / 4)
  }
}
