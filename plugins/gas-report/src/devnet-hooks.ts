/** With `gasReport.atEnd`: a report on the blocks since the network was started, while it is still up. */

import { defineHooks } from 'beaconlayer'

export default defineHooks('devnet', ({ config, root, note }) => {
  const { atEnd } = config.gasReport
  /** By rollup; one that is missing was made since. */
  let heights: ReadonlyMap<string, number> = new Map()
  return {
    started: async (endpoints) => {
      if (!atEnd) return
      const { heightsOf } = await import('./at-end.ts')
      heights = await heightsOf(endpoints)
    },
    stopping: async (devnet) => {
      if (!atEnd) return
      const { reportSince } = await import('./at-end.ts')
      for (const line of await reportSince(devnet, heights, config.gasReport, root)) note(line)
    },
  }
})
