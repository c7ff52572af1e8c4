/** How long a network takes to be well again: until each rollup confirms a new block to a client, and the Beacon Layer makes one final. */

import { setTimeout as delay } from 'node:timers/promises'
import type { TestDevnet } from '../../src/testing/devnet.ts'
import { callOrNull } from '../faults/network.ts'
import type { Witness } from './witness.ts'

export interface Recovery {
  /** Longest of the rollups; null if one was not well within the limit. */
  readonly softMs: number | null
  readonly beaconMs: number | null
}

/** Four times as long as the slowest that was seen on two busy cores. */
export const RECOVERY_MS = 60_000
const POLL_MS = 100

/** Counts from `healedAt`, in Unix ms. */
export async function awaitRecovery(
  devnet: TestDevnet,
  witness: Witness,
  healedAt: number,
): Promise<Recovery> {
  const { rollups } = devnet.endpoints
  const stop = AbortSignal.timeout(RECOVERY_MS)
  const [beaconMs, ...softs] = await Promise.all([
    limited(finalBlock(devnet.beacon.rpcUrl, healedAt, stop), healedAt, stop),
    ...rollups.map(({ name }) => limited(witness.newBlock(name, healedAt), healedAt, stop)),
  ])
  return { softMs: softs.some((ms) => ms === null) ? null : Math.max(...softs.map(Number)), beaconMs }
}

async function finalBlock(beaconUrl: string, healedAt: number, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    const status = await callOrNull<{ head: { time: number } }>(beaconUrl, 'beacon_getStatus')
    if (status !== null && status.head.time >= healedAt) return
    await delay(POLL_MS)
  }
}

async function limited(event: Promise<void>, sinceMs: number, stop: AbortSignal): Promise<number | null> {
  const ended = new Promise<void>((resolve) =>
    stop.addEventListener('abort', () => resolve(), { once: true }),
  )
  await Promise.race([event, ended])
  return stop.aborted ? null : Date.now() - sinceMs
}
