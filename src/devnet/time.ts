/**
 * The time of a devnet's chains, which people may move: all of them by the same amount, forwards only. How far it is before the machine's is
 * kept with the network, for blocks must never bear a time before their parents'.
 */

import { setTimeout as delay } from 'node:timers/promises'
import * as z from 'zod'
import { defineError } from '../errors/beacon-error.ts'
import type { DevnetFolder } from './folder.ts'
import { readJsonFile, writeJsonFile } from './folder.ts'
import type { Gateways } from './gateways.ts'
import { parseOptions } from './options.ts'
import { aliveRollups, BLOCK_WAIT_MS_MAX } from './resume.ts'

/** Of the Beacon Layer's status. */
const statusSchema = z.object({
  epoch: z.int(),
  head: z.object({ height: z.int(), time: z.int() }),
  params: z.object({ epochLength: z.int(), blockTimeMs: z.int() }),
})

export type BeaconStatus = z.infer<typeof statusSchema>

/** Ten years. */
export const WARP_SECONDS_MAX = 315_360_000
export const WARP_EPOCHS_MAX = 1_000

const POLL_MS = 10
const SECOND_MS = 1_000

export const WARP_OUT_OF_RANGE = defineError<{ what: string; max: number }>({
  code: 'D608',
  name: 'WARP_OUT_OF_RANGE',
  kind: 'user',
  message: ({ what }) => `the clock can't be moved by ${what}`,
  hint: ({ max }) => `choose a whole number from 1 to ${max}: time only goes forwards`,
})

export const WARP_TOO_SLOW = defineError<{ timeoutMs: number }>({
  code: 'D609',
  name: 'WARP_TOO_SLOW',
  kind: 'environment',
  message: ({ timeoutMs }) =>
    `the chains did not get to the new time within ${timeoutMs} ms; they are on their way`,
  hint: () => 'give it a longer --timeout; `beacon devnet status` tells whether enough validators run',
})

export function storedTimeAhead({ configFile }: DevnetFolder): number {
  return parseOptions(configFile, readJsonFile(configFile)).timeAheadMs
}

export function storeTimeAhead({ configFile }: DevnetFolder, timeAheadMs: number): void {
  writeJsonFile(configFile, { ...parseOptions(configFile, readJsonFile(configFile)), timeAheadMs })
}

export async function fetchBeaconStatus({ beacon }: Gateways): Promise<BeaconStatus> {
  return statusSchema.parse(await beacon.call('beacon_getStatus', []))
}

/** Resolves when the Beacon Layer and each rollup that isn't slow by its own wish have a block of `atMs` or later. */
export async function waitForTime(gateways: Gateways, atMs: number, left: () => number): Promise<void> {
  const timeoutMs = left()
  const isThere = async () => {
    const { head } = await fetchBeaconStatus(gateways)
    const quick = await quickRollups(gateways)
    const times = await Promise.all(quick.map(({ gateway }) => rollupTime(gateway)))
    // A rollup's time is in whole seconds.
    return head.time >= atMs && times.every((time) => time + SECOND_MS > atMs)
  }
  while (!(await isThere().catch(() => false))) {
    if (left() <= 1) throw WARP_TOO_SLOW({ timeoutMs })
    await delay(POLL_MS)
  }
}

/** Asked anew each time, for rollups may end on the way. */
async function quickRollups(gateways: Gateways): Promise<Gateways['rollups']> {
  const alive = await aliveRollups(gateways)
  const quick = alive.filter(
    ({ blockTimeMs, heartbeatMs }) => Math.max(blockTimeMs, heartbeatMs) <= BLOCK_WAIT_MS_MAX,
  )
  return gateways.rollups.filter(({ name }) => quick.some((rollup) => rollup.name === name))
}

async function rollupTime(gateway: Gateways['beacon']): Promise<number> {
  const block = (await gateway.call('eth_getBlockByNumber', ['latest', false])) as { timestamp: string }
  return Number(block.timestamp) * SECOND_MS
}
