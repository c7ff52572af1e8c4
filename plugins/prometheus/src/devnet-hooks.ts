/**
 * Metrics are served for as long as somebody watches the network. That a network was started is not enough: a detached one outlives the command
 * that started it.
 */

import { defineHooks } from 'beaconlayer'
import { sessionOf } from './session.ts'

export default defineHooks('devnet', ({ config, note }) => {
  const session = sessionOf(config)
  return {
    watching: (endpoints) => session.serve(endpoints, note),
    stopping: () => session.end(),
    watched: () => session.end(),
  }
})
