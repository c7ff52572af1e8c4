/** What a test does to its network, and undoes. Each call resolves when it is carried out, which is before its consequences. */

import { runFaultSchedule, type StepDone } from '../cli/fault-schedule.ts'
import type { Fault } from '../config/fault.ts'
import type { FaultStep } from '../config/fault-steps.ts'
import type { Endpoints } from '../devnet/endpoints.ts'
import type { ActiveFault } from '../devnet/faults/fault-book.ts'

/** Names of processes, as `devnet.processes()` lists them. */
export type Processes = string | readonly string[]

/** Where a validator misbehaves: on every chain, unless some are named. */
export interface FaultPlace {
  readonly rollups?: readonly string[]
  /** On the Beacon Layer. */
  readonly beacon?: boolean
}

export interface ScheduleWishes {
  /** How long a step waits for what it begins with: 60,000 if left out. */
  readonly timeoutMs?: number
  readonly onStep?: (done: StepDone) => void
}

export interface TestFaultsParts {
  readonly endpoints: () => Endpoints
  /** Gives those that are on since. */
  readonly carryOut: (fault: Fault) => Promise<readonly ActiveFault[]>
  readonly active: () => Promise<readonly ActiveFault[]>
}

const SCHEDULE_MS = 60_000

export class TestFaults {
  readonly #parts: TestFaultsParts

  constructor(parts: TestFaultsParts) {
    this.#parts = parts
  }

  /** As a crash does. */
  kill(processes: Processes): Promise<void> {
    return this.#carryOut({ kind: 'kill', processes: list(processes) })
  }

  /** They stand still, their connections open. */
  pause(processes: Processes): Promise<void> {
    return this.#carryOut({ kind: 'pause', processes: list(processes) })
  }

  resume(processes: Processes): Promise<void> {
    return this.#carryOut({ kind: 'resume', processes: list(processes) })
  }

  /** What these validators send is late, to all others or to some. */
  delay(
    processes: Processes,
    { to, ...how }: { readonly ms: number; readonly jitterMs?: number; readonly to?: Processes },
  ): Promise<void> {
    return this.#carryOut({ kind: 'delay', processes: list(processes), ...how, ...listed(to) })
  }

  /** So many of a hundred messages that these validators send are lost. */
  drop(
    processes: Processes,
    { to, percent }: { readonly percent: number; readonly to?: Processes },
  ): Promise<void> {
    return this.#carryOut({ kind: 'drop', processes: list(processes), percent, ...listed(to) })
  }

  /**
   * Cuts groups of validators off from one another; one group alone, from all others.
   * @example
   * await devnet.fault.partition([['validator-0', 'validator-1'], ['validator-2', 'validator-3', 'validator-4']])
   */
  partition(
    groups: readonly Processes[],
    { oneWay = false }: { readonly oneWay?: boolean } = {},
  ): Promise<void> {
    return this.#carryOut({ kind: 'partition', groups: groups.map(list), oneWay })
  }

  /** These validators vote for two blocks in one view. */
  equivocate(validators: Processes, place: FaultPlace = {}): Promise<void> {
    return this.#carryOut({ kind: 'equivocate', processes: list(validators), ...place })
  }

  /** Their proposals reach too few for a quorum, or nobody. */
  withhold(validators: Processes, how: FaultPlace & { readonly from?: 'most' | 'all' } = {}): Promise<void> {
    return this.#carryOut({ kind: 'withhold', processes: list(validators), ...how })
  }

  /** Each write that they make durable takes so much longer. */
  slowDisk(validators: Processes, { ms }: { readonly ms: number }): Promise<void> {
    return this.#carryOut({ kind: 'slow-disk', processes: list(validators), ms })
  }

  /** Undoes all faults, or those of these processes, and starts what is dead. */
  heal(processes?: Processes): Promise<void> {
    return this.#carryOut({
      kind: 'heal',
      ...(processes === undefined ? {} : { processes: list(processes) }),
    })
  }

  /** Those that are on. */
  active(): Promise<readonly ActiveFault[]> {
    return this.#parts.active()
  }

  /** Carries out a schedule, as `beacon run faults` does; throws EXPECTATION_FAILED. */
  run(steps: readonly FaultStep[], wishes: ScheduleWishes = {}): Promise<readonly StepDone[]> {
    const { carryOut, endpoints } = this.#parts
    const network = { endpoints: endpoints() }
    return runFaultSchedule({ timeoutMs: SCHEDULE_MS, ...wishes, steps, network, carryOut })
  }

  async #carryOut(fault: Fault): Promise<void> {
    await this.#parts.carryOut(fault)
  }
}

function list(processes: Processes): readonly string[] {
  return typeof processes === 'string' ? [processes] : processes
}

function listed(to: Processes | undefined): { readonly to?: readonly string[] } {
  return to === undefined ? {} : { to: list(to) }
}
