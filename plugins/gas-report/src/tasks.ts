/** `beacon run gas report`. */

import { task } from 'beaconlayer'
import { SORT_ORDERS } from './sort.ts'

export const report = task(
  ['gas', 'report'],
  'Reports gas by contract and method, over the blocks of rollups',
)
  .addOption({ name: 'rollup', description: 'this rollup only' })
  .addOption({ name: 'from', type: 'int', min: 0, default: 1, description: 'the first block' })
  .addOption({ name: 'to', type: 'int', min: 0, description: 'the last block; the newest if left out' })
  .addOption({ name: 'sort', choices: SORT_ORDERS, default: 'name', description: 'what comes first' })
  .addOption({ name: 'out', type: 'path', description: 'write it to this file too, .json or .md' })
  .addOption({ name: 'baseline', type: 'path', description: 'compare with this report, a .json of --out' })
  .addOption({
    name: 'maxIncrease',
    type: 'number',
    min: 0,
    description: 'with --baseline: fail if a median rose by more per cent',
  })
  .setAction(() => import('./gas-report.ts'))
