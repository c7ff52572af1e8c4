/** Which network it is about, and when there is no more to scrape. */

import { defineHooks } from 'beaconlayer'
import { sessionOf } from './session.ts'

export default defineHooks('devnet', ({ config }) => {
  const session = sessionOf(config)
  return {
    started: (endpoints) => session.begin(endpoints),
    stopping: () => session.end(),
  }
})
