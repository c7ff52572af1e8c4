/** Says once when a rollup gets too far ahead, and once when it is fine again. Told by `beacon devnet up` and `beacon run watch`. */

import { defineHooks } from 'beaconlayer'
import { LagMeter } from './lag-meter.ts'

export default defineHooks('rollup', ({ config, note }) => {
  const { blocksMax } = config.lag
  const meter = new LagMeter()
  const late = new Set<string>()
  return {
    confirmation: (confirmation) => {
      const { rollup } = confirmation
      const blocks = meter.observe(confirmation) ?? 0
      if (blocks > blocksMax && !late.has(rollup)) {
        late.add(rollup)
        note(`${rollup} is ${blocks} blocks ahead of the Beacon Layer, and ${blocksMax} are allowed`)
      } else if (blocks <= blocksMax && late.delete(rollup)) {
        note(`${rollup} is within ${blocksMax} blocks of the Beacon Layer again`)
      }
    },
  }
})
