import { task } from 'beaconlayer'

export const lagReport = task(
  'lag report',
  'Prints how many blocks each rollup is ahead of a rung of the ladder',
)
  .addOption({ name: 'rung', choices: ['beacon', 'final'], default: 'beacon', description: 'which one' })
  .addOption({ name: 'blocksMax', type: 'int', description: 'instead of what the configuration allows' })
  .setAction(() => import('./lag-report.ts'))
