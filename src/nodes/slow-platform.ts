/** A node's platform whose disk takes longer, for experiments. */

import { type DiskDelay, slowRecordLog, slowStore } from '../platform/slow-disk.ts'
import type { NodePlatform } from './node-platform.ts'

export function withSlowDisk<Platform extends NodePlatform>(platform: Platform, delay: DiskDelay): Platform {
  return {
    ...platform,
    openStore: async (name) => slowStore(await platform.openStore(name), delay, platform.timers),
    openLogs: (name) => {
      const logs = platform.openLogs(name)
      return { ...logs, open: (instance) => slowRecordLog(logs.open(instance), delay) }
    },
  }
}
