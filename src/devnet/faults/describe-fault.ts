/** A fault in a few words, for people who look at what is wrong with their network. */

import type { Fault } from '../../config/fault.ts'

/** As in "delay of 200 ms ± 50 from validator-1 to validator-2". */
export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
    case 'pause':
    case 'resume':
      return `${fault.kind} ${list(fault.processes)}`
    case 'delay': {
      const jitter = fault.jitterMs ? ` ± ${fault.jitterMs}` : ''
      return `delay of ${fault.ms} ms${jitter} ${direction(fault)}`
    }
    case 'drop':
      return `drop of ${fault.percent} % ${direction(fault)}`
    case 'partition': {
      const between = fault.oneWay ? ' -> ' : ' | '
      const groups = fault.groups.length === 1 ? [...fault.groups, ['all others']] : fault.groups
      return `partition ${groups.map(list).join(between)}`
    }
    case 'equivocate':
      return `equivocation by ${list(fault.processes)} ${place(fault)}`
    case 'withhold':
      return `proposals of ${list(fault.processes)} withheld from ${fault.from ?? 'most'} ${place(fault)}`
    case 'slow-disk':
      return `disk of ${list(fault.processes)} slower by ${fault.ms} ms`
    case 'heal':
      return fault.processes === undefined ? 'heal' : `heal ${list(fault.processes)}`
  }
}

function direction({ processes, to }: { processes: readonly string[]; to?: readonly string[] | undefined }) {
  return `from ${list(processes)} to ${to === undefined ? 'all others' : list(to)}`
}

function place({
  rollups,
  beacon,
}: {
  rollups?: readonly string[] | undefined
  beacon?: boolean | undefined
}) {
  const named = [...(beacon ? ['the Beacon Layer'] : []), ...(rollups ?? [])]
  return `on ${named.length === 0 ? 'every chain' : named.join(', ')}`
}

function list(processes: readonly string[]): string {
  return processes.join(', ')
}
