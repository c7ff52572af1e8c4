/**
 * Carries out faults on the processes of a running network, and undoes them. What is on is kept here for as long as the supervisor lives, and
 * told anew to each process that starts.
 */

import { type Fault, type FaultKind, faultSchema } from '../../config/fault.ts'
import { describeProblem, problemsOf } from '../../config/problems.ts'
import { defineError } from '../../errors/beacon-error.ts'
import { toHex } from '../../primitives/bytes.ts'
import type { NodeFaults } from '../../primitives/node-faults.ts'
import { L1_PROCESS } from '../l1-node.ts'
import type { NetworkProcesses } from '../network-processes.ts'
import type { PlannedValidator } from '../plan.ts'
import { PROCESS_NOT_RUNNING, PROCESS_UNKNOWN } from '../process-table.ts'
import { type ActiveFault, FaultBook } from './fault-book.ts'
import { type FaultPeer, faultsOfNode } from './faults-of-node.ts'

/** Those of a network, as far as anything can be done to them. */
export type FaultyProcesses = Pick<
  NetworkProcesses,
  'statuses' | 'kill' | 'pause' | 'resume' | 'startAgain' | 'tellFaults'
>

export interface FaultsOptions {
  /** The network's validators at present. */
  readonly peers: () => readonly FaultPeer[]
  readonly processes: FaultyProcesses
  /** Of the rollups that there are, by name. */
  readonly rollupIds: () => ReadonlyMap<string, number>
}

export const FAULT_INVALID = defineError<{ reason: string }>({
  code: 'D701',
  name: 'FAULT_INVALID',
  kind: 'user',
  message: ({ reason }) => `this fault can't be understood: ${reason}`,
  hint: () => '`beacon devnet fault --help` lists the faults that there are',
})

export const ONLY_VALIDATORS = defineError<{ fault: string; process: string }>({
  code: 'D702',
  name: 'ONLY_VALIDATORS',
  kind: 'user',
  message: ({ fault, process }) => `'${fault}' is a fault of validators, and ${process} is none`,
  hint: () => 'the L1 can be killed, paused, resumed and healed',
})

export const FAULT_ROLLUP_UNKNOWN = defineError<{ name: string; known: readonly string[] }>({
  code: 'D703',
  name: 'FAULT_ROLLUP_UNKNOWN',
  kind: 'user',
  message: ({ name }) => `there is no rollup '${name}' to misbehave on`,
  hint: ({ known }) =>
    known.length === 0
      ? 'there is none yet: `beacon rollup create` makes one'
      : `there is ${known.join(', ')}`,
})

/** A process that has ended is neither. */
const OF_A_LIVING_PROCESS = ['kill', 'pause'] as const
const NEEDS_LIFE: readonly FaultKind[] = ['kill', 'pause', 'resume']
const OF_ANY_PROCESS: readonly FaultKind[] = [...NEEDS_LIFE, 'heal']

/** Throws FAULT_INVALID. */
export function readFault(value: unknown): Fault {
  const parsed = faultSchema.safeParse(value)
  if (parsed.success) return parsed.data
  throw FAULT_INVALID({ reason: problemsOf(parsed.error.issues, []).map(describeProblem).join('; ') })
}

export function faultPeers(validators: readonly PlannedValidator[]): FaultPeer[] {
  return validators.map(({ process, networkKey }) => ({ process, networkKey: toHex(networkKey) }))
}

export class Faults {
  readonly #options: FaultsOptions
  readonly #book = new FaultBook()

  constructor(options: FaultsOptions) {
    this.#options = options
  }

  /** Those that are on. */
  get active(): readonly ActiveFault[] {
    return this.#book.active
  }

  /** What the validator of this process is to suffer and to do at present. */
  ofNode(process: string): NodeFaults {
    const { peers, rollupIds } = this.#options
    return faultsOfNode(this.active, process, peers(), rollupIds())
  }

  /** Resolves when it is carried out: processes have ended or are ready, and those that run have heard of it. */
  async apply(fault: Fault, timeoutMs: number): Promise<void> {
    this.#check(fault)
    const { processes } = this.#options
    switch (fault.kind) {
      case 'kill':
        await Promise.all(fault.processes.map((name) => processes.kill(name)))
        this.#book.add(fault, Date.now())
        return
      case 'pause':
        for (const name of fault.processes) processes.pause(name)
        this.#book.add(fault, Date.now())
        return
      case 'resume':
        this.#resume(fault.processes)
        return
      case 'heal':
        await this.#heal(fault.processes ?? this.#allNames, timeoutMs)
        return
      default:
        this.#book.add(fault, Date.now())
        await processes.tellFaults()
    }
  }

  /** A process is dead, or is about to start anew: it is neither paused nor killed any more. */
  forgetLife(process: string): void {
    this.#book.end([process], OF_A_LIVING_PROCESS)
  }

  /** All processes are about to start anew. */
  forgetAll(): void {
    this.#book.endAll()
  }

  #resume(names: readonly string[]): void {
    for (const name of names) this.#options.processes.resume(name)
    this.#book.end(names, ['pause'])
  }

  async #heal(names: readonly string[], timeoutMs: number): Promise<void> {
    const { processes } = this.#options
    const statuses = processes.statuses.filter(({ name }) => names.includes(name))
    const named = (state: string) => statuses.filter((one) => one.state === state).map(({ name }) => name)
    this.#resume(named('paused'))
    this.#book.end(names)
    await processes.tellFaults()
    await processes.startAgain(named('died'), timeoutMs)
  }

  /** All of an order before any of it is carried out: half of one would be on, and not be listed. */
  #check(fault: Fault): void {
    for (const name of namesIn(fault)) this.#checkProcess(fault.kind, name)
    if (fault.kind !== 'equivocate' && fault.kind !== 'withhold') return
    const known = [...this.#options.rollupIds().keys()]
    const unknown = fault.rollups?.find((name) => !known.includes(name))
    if (unknown !== undefined) throw FAULT_ROLLUP_UNKNOWN({ name: unknown, known })
  }

  #checkProcess(kind: FaultKind, name: string): void {
    const status = this.#options.processes.statuses.find((one) => one.name === name)
    if (status === undefined) throw PROCESS_UNKNOWN({ process: name, known: this.#allNames })
    if (name === L1_PROCESS && !OF_ANY_PROCESS.includes(kind)) {
      throw ONLY_VALIDATORS({ fault: kind, process: name })
    }
    if (NEEDS_LIFE.includes(kind) && status.exit !== null) {
      throw PROCESS_NOT_RUNNING({ process: name, state: status.state })
    }
  }

  get #allNames(): readonly string[] {
    return this.#options.processes.statuses.map(({ name }) => name)
  }
}

function namesIn(fault: Fault): readonly string[] {
  if (fault.kind === 'partition') return fault.groups.flat()
  const to = fault.kind === 'delay' || fault.kind === 'drop' ? (fault.to ?? []) : []
  return [...(fault.processes ?? []), ...to]
}
