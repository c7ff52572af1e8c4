/** `beacon run otel send`. */

import { task } from 'beaconlayer'

export const send = task(['otel', 'send'], 'Sends the way of one transaction as an OpenTelemetry trace')
  .addPositionalArgument({ name: 'tx', type: 'hash', description: 'hash of the transaction' })
  .addOption({ name: 'rollup', description: 'look in this rollup only' })
  .addFlag({
    name: 'now',
    description: 'send it as far as it has come, instead of waiting until it is final',
  })
  .setAction(() => import('./send.ts'))
