/**
 * A validator's dealings with the L1, for all rollups that it has seats in: one poster, because its transactions are numbered by one
 * account, and one watcher. In: batches from the seats. Out: what the L1 says of them.
 */

import type { NodeConfig } from '../config/node-config.ts'
import type { Clock, KeyValueStore, Logger, Timers } from '../platform/ports.ts'
import { fromHex, type Hex } from '../primitives/bytes.ts'
import type { RollupId } from '../primitives/ids.ts'
import type { RpcClient } from '../rpc/client.ts'
import { L1Client } from '../settlement/l1-client.ts'
import { createL1Account } from '../settlement/l1-transaction.ts'
import { type BatchSource, startPoster } from '../settlement/poster.ts'
import type { SettlementEvent } from '../settlement/postings.ts'
import { startWatcher } from '../settlement/watcher.ts'

export interface Settlement {
  /** Posts and watches this rollup's batches from now on. */
  follow(rollup: RollupId): void
  unfollow(rollup: RollupId): void
  /** There may be something to post. */
  wake(): void
  stop(): Promise<void>
}

export interface SettlementPorts {
  readonly store: KeyValueStore
  readonly clock: Clock
  readonly timers: Timers
  readonly logger: Logger
  readonly connectRpc: (url: string) => RpcClient
  readonly nextBatch: BatchSource
  readonly onEvent: (event: SettlementEvent) => void
}

export function startSettlement(
  { rpcUrl, inbox }: NonNullable<NodeConfig['l1']>,
  posterKey: Hex,
  { logger: log, connectRpc, ...ports }: SettlementPorts,
): Settlement {
  let running: ReturnType<typeof start> | null = null
  const start = () => {
    const rpc = connectRpc(rpcUrl)
    const client = new L1Client(rpc)
    const account = createL1Account(fromHex(posterKey, 32))
    const poster = startPoster({ inbox }, { ...ports, client, account, log })
    const watcher = startWatcher({ inbox, rollups: [] }, { ...ports, client, log })
    return { rpc, poster, watcher }
  }
  return {
    follow(rollup) {
      // Without a seat there is nothing to ask the L1 for.
      running ??= start()
      running.poster.follow(rollup)
      running.watcher.follow(rollup)
    },
    unfollow: (rollup) => running?.poster.unfollow(rollup),
    wake: () => running?.poster.wake(),
    async stop() {
      if (running === null) return
      await Promise.all([running.poster.stop(), running.watcher.stop()])
      running.rpc.close()
    },
  }
}
