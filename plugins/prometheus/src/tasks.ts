/** `beacon run prometheus serve`. */

import { task } from 'beaconlayer'

export const serve = task(['prometheus', 'serve'], 'Serves the metrics of a devnet until Ctrl-C')
  .addOption({ name: 'port', type: 'int', min: 0, max: 65_535, description: 'instead of the configured one' })
  .setAction(() => import('./serve.ts'))
