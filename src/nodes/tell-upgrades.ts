/** Tells in a node's log by which code it goes on, for nothing else of the node shows it. */

import type { BeaconApplication } from '../beacon/application.ts'
import type { Logger } from '../platform/ports.ts'

export function tellUpgrades(application: Pick<BeaconApplication, 'subscribe'>, logger: Logger): () => void {
  return application.subscribe(({ block, events }) => {
    const { height } = block.header
    for (const event of events) {
      if (event.type === 'runtimeStarted') {
        const { code, previous } = event
        logger.info({ height, code, previous }, 'a new runtime executes the Beacon blocks')
      } else if (event.type === 'runtimeFailed') {
        const { failure, present } = event
        logger.warn({ ...failure, present }, 'a runtime was given up, and the one before goes on')
      }
    }
  })
}
