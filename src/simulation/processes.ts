/** The simulated network's processes as a supervisor has them at hand: by name, to be killed, paused, started, and told of faults. */

import { L1_PROCESS } from '../devnet/l1-node.ts'
import type { ProcessExit } from '../devnet/process.ts'
import { PROCESS_UNKNOWN, type ProcessStatus } from '../devnet/process-table.ts'
import type { NodeFaults } from '../primitives/node-faults.ts'
import type { Clockwork } from './clockwork.ts'
import type { Machine } from './machine.ts'
import type { SimulatedNetwork } from './network.ts'

export interface SimulatedProcessesOptions {
  readonly network: SimulatedNetwork
  readonly clockwork: Clockwork
  readonly logFile: (process: string) => string
  /** What the validator of this process is to suffer and to do at present. */
  readonly faultsOf: (process: string) => NodeFaults
}

const KILLED: ProcessExit = { exitCode: null, signal: 'SIGKILL' }
/** For a validator to be ready, in simulated milliseconds. */
const READY_MS = 10_000

export class SimulatedProcesses {
  readonly #options: SimulatedProcessesOptions

  constructor(options: SimulatedProcessesOptions) {
    this.#options = options
  }

  get statuses(): ProcessStatus[] {
    const { network, logFile } = this.#options
    const { isDown, isPaused } = network.l1Rpc
    const l1 = { name: L1_PROCESS, state: isDown ? 'died' : isPaused ? 'paused' : 'running' } as const
    const validators = network.machines.map((machine) => ({ name: nameOf(machine), state: stateOf(machine) }))
    return [l1, ...validators].map(
      ({ name, state }): ProcessStatus => ({
        name,
        state,
        pid: null,
        logFile: logFile(name),
        exit: state === 'died' ? KILLED : null,
      }),
    )
  }

  async kill(name: string): Promise<void> {
    const { l1, l1Rpc } = this.#options.network
    if (name !== L1_PROCESS) this.#machine(name).kill()
    else {
      l1.isStalled = true
      l1Rpc.isDown = true
    }
  }

  pause(name: string): void {
    const { l1, l1Rpc } = this.#options.network
    if (name !== L1_PROCESS) this.#machine(name).pause()
    else {
      l1.isStalled = true
      l1Rpc.isPaused = true
    }
  }

  resume(name: string): void {
    if (name === L1_PROCESS) this.#reviveL1()
    else this.#machine(name).resume()
  }

  /** Stops it if it runs, and starts it again. Resolves when it is ready. */
  async restart(name: string): Promise<void> {
    if (name === L1_PROCESS) {
      this.#reviveL1()
      return
    }
    const machine = this.#machine(name)
    await machine.stop()
    await this.startAgain([name])
  }

  async startAgain(names: readonly string[]): Promise<void> {
    const { clockwork } = this.#options
    for (const name of names) {
      if (name === L1_PROCESS) this.#reviveL1()
      else this.#machine(name).start()
    }
    const machines = names.filter((name) => name !== L1_PROCESS).map((name) => this.#machine(name))
    await clockwork.until(() => machines.every(({ isReady }) => isReady), READY_MS)
    await this.tellFaults()
  }

  async tellFaults(): Promise<void> {
    const { network, faultsOf } = this.#options
    for (const machine of network.machines) machine.setFaults(faultsOf(nameOf(machine)))
  }

  #reviveL1(): void {
    const { l1, l1Rpc } = this.#options.network
    l1.isStalled = false
    l1Rpc.isDown = false
    l1Rpc.isPaused = false
  }

  #machine(name: string): Machine {
    const { machines } = this.#options.network
    const machine = machines.find((one) => nameOf(one) === name)
    if (machine === undefined) {
      throw PROCESS_UNKNOWN({ process: name, known: [L1_PROCESS, ...machines.map(nameOf)] })
    }
    return machine
  }
}

function nameOf({ index }: Machine): string {
  return `validator-${index}`
}

function stateOf(machine: Machine): ProcessStatus['state'] {
  if (!machine.isUp) return 'died'
  if (machine.isPaused) return 'paused'
  return machine.isReady ? 'running' : 'starting'
}
