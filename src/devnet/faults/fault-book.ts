/** The faults that are on, as they were ordered. Decides what an order replaces or ends; carries out nothing. */

import type { Fault, FaultKind } from '../../config/fault.ts'

/** One that stays on until it is undone. */
export type LastingFault = Exclude<Fault, { readonly kind: 'resume' | 'heal' }>

export type ActiveFault = LastingFault & {
  /** Unix ms. */
  readonly since: number
}

export class FaultBook {
  #active: readonly ActiveFault[] = []

  /** In the order in which they were switched on; of two that speak of the same thing, the later one holds. */
  get active(): readonly ActiveFault[] {
    return this.#active
  }

  /** It stands in for what was said in the same way about the same processes. */
  add(fault: LastingFault, since: number): void {
    const before = this.#active.flatMap((known) => {
      if (!isSaidAlike(known, fault)) return [known]
      return fault.kind === 'partition' ? [] : without(known, fault.processes)
    })
    this.#active = [...before, { ...fault, since }]
  }

  /** Ends faults of these processes: all, or those of some kinds. */
  end(processes: readonly string[], kinds?: readonly FaultKind[]): void {
    this.#active = this.#active.flatMap((fault) =>
      kinds === undefined || kinds.includes(fault.kind) ? without(fault, processes) : [fault],
    )
  }

  endAll(): void {
    this.#active = []
  }
}

function isSaidAlike(known: ActiveFault, fault: LastingFault): boolean {
  if (known.kind === 'partition' && fault.kind === 'partition') return isSame(known.groups, fault.groups)
  const isOfLinks = fault.kind === 'delay' || fault.kind === 'drop'
  if (isOfLinks && known.kind === fault.kind) return fault.to === undefined || isSame(known.to, fault.to)
  return known.kind === fault.kind
}

/** What is left of it: none, if it was about these processes only. */
function without(fault: ActiveFault, processes: readonly string[]): ActiveFault[] {
  const others = (named: readonly string[]) => named.filter((name) => !processes.includes(name))
  if (fault.kind !== 'partition') {
    const left = others(fault.processes)
    return left.length === 0 ? [] : [{ ...fault, processes: left }]
  }
  const groups = fault.groups.map(others).filter((group) => group.length > 0)
  // A single group would be cut off from all others, which is not what was said.
  const isOver = groups.length === 0 || (groups.length === 1 && fault.groups.length > 1)
  return isOver ? [] : [{ ...fault, groups }]
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
