/** The plugin: the way of each transaction up the ladder as OpenTelemetry spans. */

import { definePlugin } from 'beaconlayer'
import { send } from './tasks.ts'

export type { OtelConfig, OtelUserConfig } from './types.ts'

export default definePlugin({
  id: '@beaconlayer/otel',
  version: '0.1.0',
  apiVersion: 1,
  config: { otel: () => import('./config.ts') },
  tasks: [send],
  hooks: {
    devnet: () => import('./devnet-hooks.ts'),
    rollup: () => import('./rollup-hooks.ts'),
    trace: () => import('./trace-hooks.ts'),
  },
})
