/** Blocks as they are confirmed, and as they climb. */

import { defineHooks } from 'beaconlayer'
import { sessionOf } from './session.ts'

export default defineHooks('rollup', ({ config, note }) => {
  const session = sessionOf(config)
  return {
    block: (block) => session.hold(block, note),
    confirmation: (confirmation) => session.climb(confirmation),
  }
})
