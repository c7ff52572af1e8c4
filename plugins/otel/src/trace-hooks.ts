/** What `beacon trace` says besides: where the same way is to be seen as spans. */

import { defineHooks } from 'beaconlayer'
import { traceIdOf, traceUrlOf } from './identity.ts'

export default defineHooks('trace', ({ config }) => ({
  render: async (lines, next, { tx }) => {
    const { traceUrl } = config.otel
    const place = traceUrl === undefined ? `id ${traceIdOf(tx)}` : `at ${traceUrlOf(traceUrl, tx)}`
    return [...(await next(lines)), `trace ${place}`]
  },
}))
