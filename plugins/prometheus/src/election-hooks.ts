/**
 * A watcher tells of every rollup's committee when it begins, and then of each new one. That there is a watcher means that this process stays as
 * long as the network, which `started` doesn't say: it is told too where a network is started detached.
 */

import { defineHooks } from 'beaconlayer'
import { sessionOf } from './session.ts'

export default defineHooks('election', ({ config, note }) => {
  const session = sessionOf(config)
  return { committeeDrawn: () => session.serve(note) }
})
