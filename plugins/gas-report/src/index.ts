/** The plugin: gas by contract and method, over the rollups of a devnet. */

import { definePlugin } from 'beaconlayer'
import { report } from './tasks.ts'

export type { Comparison, Increase } from './compare.ts'
export type { DeploymentRow, GasReport, GasStatistics, MethodRow, RollupReport } from './report.ts'
export type { GasReportConfig, GasReportUserConfig } from './types.ts'

export default definePlugin({
  id: '@beaconlayer/gas-report',
  version: '0.1.0',
  apiVersion: 1,
  config: { gasReport: () => import('./config.ts') },
  tasks: [report],
  hooks: { devnet: () => import('./devnet-hooks.ts') },
})
