/** The plugin: the metrics of a devnet for Prometheus. */

import { definePlugin } from 'beaconlayer'
import { serve } from './tasks.ts'

export type { PrometheusConfig, PrometheusUserConfig } from './types.ts'

export default definePlugin({
  id: '@beaconlayer/prometheus',
  version: '0.1.0',
  apiVersion: 1,
  config: { prometheus: () => import('./config.ts') },
  tasks: [serve],
  hooks: {
    devnet: () => import('./devnet-hooks.ts'),
  },
})
