/** When a network counts as up: its chains move, and its committees are there. */

import { setTimeout as delay } from 'node:timers/promises'
import type { Gateways } from './gateways.ts'
import type { DevnetPlan } from './plan.ts'
import { waitForBlock } from './readiness.ts'
import { waitForRollups } from './resume.ts'

/** Beyond this a seat is taken to be down, which is no reason not to go on. */
const COMMITTEE_WAIT_MS = 2_000
const POLL_MS = 20

/** `fresh`: no chain has a block yet. Rejects with CHAIN_NOT_MOVING. */
export async function waitForNetwork(
  gateways: Gateways,
  plan: DevnetPlan,
  { fresh, timeoutMs }: { readonly fresh: boolean; readonly timeoutMs: number },
): Promise<void> {
  const { beacon, rollups } = gateways
  const chains = fresh ? [beacon, ...rollups.map(({ gateway }) => gateway)] : [beacon]
  await Promise.all(chains.map((gateway) => waitForBlock(gateway, fresh, timeoutMs)))
  if (!fresh) await waitForRollups(gateways, timeoutMs)
  await waitForCommittees(gateways, plan)
}

/** A quorum makes blocks; whoever asks for the committee wants to see all of it. */
async function waitForCommittees(gateways: Gateways, { genesis }: DevnetPlan): Promise<void> {
  const isComplete = () =>
    genesis.rollups.every(({ name, sequencers }) => gateways.seats(name).length >= sequencers)
  const deadline = Date.now() + COMMITTEE_WAIT_MS
  while (!isComplete() && Date.now() < deadline) await delay(POLL_MS)
}
