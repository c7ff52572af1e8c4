/** What happens to a devnet, in a line for people. */

import type { DevnetEvent } from './events.ts'
import { describeFault } from './faults/describe-fault.ts'
import { describeExit } from './process.ts'

export function describeEvent(event: DevnetEvent): string {
  switch (event.type) {
    case 'starting':
      return `starting ${event.validators} validators and ${event.rollups} rollups`
    case 'l1-ready':
      return `L1 ready at ${event.rpcUrl} (chain ${event.chainId})`
    case 'validator-ready':
      return `${event.process} ready (process ${event.pid})`
    case 'rollup-appeared':
      return `rollup ${event.name} at ${event.rpcUrl}`
    case 'process-died':
      return `${event.process} died: ${describeExit(event.exit)}; see ${event.logFile}${quote(event.lines)}`
    case 'fault':
      return `fault: ${describeFault(event.fault)}`
    case 'warning':
      return `warning: ${event.message}`
  }
}

function quote(lines: string): string {
  return lines === '' ? '' : `\n${lines.replaceAll(/^/gm, '    ')}`
}
