/**
 * When a devnet goes on where it was: every rollup that is alive on the Beacon Layer moves again before the network counts as up, and is served
 * by a node that has caught up.
 */

import * as z from 'zod'
import type { Gateways } from './gateways.ts'
import { type MovingChain, waitForAnswer, waitForBlock } from './readiness.ts'

/** Of what the Beacon Layer says about a rollup. */
const aliveSchema = z.array(z.object({ name: z.string(), blockTimeMs: z.number(), heartbeatMs: z.number() }))

/** Idle rollups whose next block may take longer only have to answer. */
export const BLOCK_WAIT_MS_MAX = 5_000

/** Called when the Beacon Layer moves. Rejects with CHAIN_NOT_MOVING. */
export async function waitForRollups(gateways: Gateways, timeoutMs: number): Promise<void> {
  const alive = await aliveRollups(gateways)
  await Promise.all(
    alive.map(async ({ name, blockTimeMs, heartbeatMs }) => {
      const isSlow = Math.max(blockTimeMs, heartbeatMs) > BLOCK_WAIT_MS_MAX
      const moving = movingRollup(gateways, name)
      await (isSlow ? waitForAnswer(moving, timeoutMs) : waitForBlock(moving, false, timeoutMs))
      await gateways.rollups.find((rollup) => rollup.name === name)!.gateway.backends.serveNewest()
    }),
  )
}

export async function aliveRollups({ beacon }: Gateways): Promise<z.infer<typeof aliveSchema>> {
  return aliveSchema.parse(await beacon.call('beacon_getRollups', []))
}

/** Its gateway opens when its first seat reports. */
function movingRollup(gateways: Gateways, name: string): MovingChain {
  return {
    chain: `rollup ${name}`,
    head: async () => {
      const rollup = gateways.rollups.find((open) => open.name === name)
      if (rollup === undefined) throw new Error(`no seat of rollup ${name} has reported`)
      return rollup.gateway.head()
    },
  }
}
