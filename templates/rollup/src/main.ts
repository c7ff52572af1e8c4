/** `npm run outage`: starts the network of beacon.config.ts, breaks it, and says what that did to transactions. */

import { createDevnet } from 'beaconlayer/testing'
import { PHASES, runOutage } from './outage.ts'

const devnet = await createDevnet({ config: 'default' })
try {
  const { rollups } = await runOutage(devnet, { count: 25, timeoutMs: 30_000 }, console.log)
  for (const { name, confirmed, lost } of rollups) {
    const slowest = PHASES.map((phase) => {
      const slowestMs = Math.max(...confirmed[phase].map(({ tookMs }) => tookMs))
      return `${slowestMs} ms ${phase}`
    })
    console.log(`${name}: ${lost.length} lost; the slowest confirmation took ${slowest.join(', ')}`)
  }
  if (rollups.some(({ lost }) => lost.length > 0)) process.exitCode = 1
} finally {
  await devnet.stop()
}
