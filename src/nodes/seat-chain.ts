/** Opens a seat's stored chain, cut back first if its end is void, and what belongs to it. */

import type { KeyValueStore } from '../platform/ports.ts'
import { height, rollupId } from '../primitives/ids.ts'
import {
  createRollupApplication,
  type RollupApplication,
  type RollupOptions,
  type RollupPorts,
} from '../rollup/application.ts'
import { ChainStore } from '../rollup/chain-store.ts'
import { rewindRollup } from '../rollup/rewind.ts'
import { BeaconHeads } from './beacon-heads.ts'
import { ROLLUP_STORE } from './data-layout.ts'
import type { SeatPlatform } from './node-platform.ts'
import { SeatInstances } from './seat-instances.ts'
import type { SeatWorkerData } from './seat-messages.ts'

export interface SeatChain {
  readonly application: RollupApplication
  readonly instances: SeatInstances
  readonly beacon: BeaconHeads
  readonly store: KeyValueStore
  /** Transactions of blocks that were cut off. */
  readonly dropped: readonly Uint8Array[]
}

export async function openSeatChain(
  data: SeatWorkerData,
  voteKey: Uint8Array,
  platform: SeatPlatform,
): Promise<SeatChain> {
  const store = await platform.openStore(ROLLUP_STORE)
  try {
    return await openFrom(store, data, voteKey, platform)
  } catch (cause) {
    // Left open it would be locked for whoever tries again.
    await store.close()
    throw cause
  }
}

async function openFrom(
  store: KeyValueStore,
  data: SeatWorkerData,
  voteKey: Uint8Array,
  { clock, timers, logger, vms }: SeatPlatform,
): Promise<SeatChain> {
  const beacon = new BeaconHeads()
  for (const head of data.briefing.heads) beacon.add(head)
  const instances = new SeatInstances({ ...data, voteKey }, data.briefing)
  const options: RollupOptions = {
    spec: data.spec,
    rollup: rollupId(data.rollupId),
    genesisTimeMs: data.genesisTimeMs,
  }
  const ports: RollupPorts = {
    store,
    clock,
    timers,
    beacon,
    committeeOf: (instance) => instances.committeeOf(instance),
    logger,
    vms,
  }
  const dropped = await cutVoid(options, ports, instances)
  const application = await createRollupApplication(options, ports)
  return { application, instances, beacon, store, dropped }
}

async function cutVoid(
  options: RollupOptions,
  ports: RollupPorts,
  instances: SeatInstances,
): Promise<Uint8Array[]> {
  const stored = new ChainStore(ports.store)
  const headHeight = stored.headHeight()
  if (headHeight === null) return []
  const blocks = { head: stored.blockAt(headHeight)!, blockAt: (at: number) => stored.blockAt(at) }
  const cut = instances.findCut(blocks)
  if (cut === null) return []
  const { height: at, certificate } = cut.genesis ?? { height: height(0), certificate: null }
  ports.logger.warn({ from: headHeight, to: at }, 'the end of the chain is void: it is taken back')
  return rewindRollup(options, ports, { height: at, certificate })
}
