/** Which network it is about, and the last chance to send. */

import { defineHooks } from 'beaconlayer'
import { sessionOf } from './session.ts'

export default defineHooks('devnet', ({ config }) => {
  const session = sessionOf(config)
  return {
    watching: (endpoints) => session.begin(endpoints),
    stopping: () => session.end(),
    watched: () => session.end(),
  }
})
