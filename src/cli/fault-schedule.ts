/** Runs a schedule of faults on a running network, step by step, and ends at the first expectation that isn't met. */

import { setTimeout as delay } from 'node:timers/promises'
import type { Fault } from '../config/fault.ts'
import type { FaultExpectation, FaultStart, FaultStep } from '../config/fault-steps.ts'
import { describeFault } from '../devnet/faults/describe-fault.ts'
import { defineError } from '../errors/beacon-error.ts'
import { describeExpectation, describeSight, heightOf, judge } from './fault-expectation.ts'
import { FaultSight, type Sight } from './fault-sight.ts'
import { type Network, ROLLUP_UNKNOWN } from './network.ts'

export interface ScheduleOptions {
  readonly steps: readonly FaultStep[]
  readonly network: Pick<Network, 'endpoints'>
  /** Resolves when it is carried out. */
  readonly carryOut: (fault: Fault) => Promise<unknown>
  /** How long a step waits for what it begins with. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal
  readonly onStep?: (done: StepDone) => void
}

export interface StepDone {
  /** In words. */
  readonly step: string
  /** Since the schedule began. */
  readonly atMs: number
  /** A fault: until it was carried out. An expectation: from when time began to count until it was met. */
  readonly tookMs: number
}

export const EXPECTATION_FAILED = defineError<{ step: number; what: string; withinMs: number; seen: string }>(
  {
    code: 'C405',
    name: 'EXPECTATION_FAILED',
    kind: 'check',
    message: ({ step, what, withinMs, seen }) => `step ${step}: not within ${withinMs} ms: ${what}; ${seen}`,
    hint: () =>
      'the faults are still on, to be looked at: `beacon devnet status` lists them, `beacon devnet fault heal` undoes them',
  },
)

export const STEP_NOT_BEGUN = defineError<{ step: number; what: string; timeoutMs: number }>({
  code: 'C406',
  name: 'STEP_NOT_BEGUN',
  kind: 'environment',
  message: ({ step, what, timeoutMs }) =>
    `step ${step} waits for ${what}, and not longer than ${timeoutMs} ms`,
  hint: () => 'give it a longer --timeout, or see with `beacon devnet status` what stands still',
})

export const SCHEDULE_INTERRUPTED = defineError<{ step: number; of: number }>({
  code: 'C407',
  name: 'SCHEDULE_INTERRUPTED',
  kind: 'environment',
  message: ({ step, of }) => `interrupted in step ${step} of ${of}`,
  hint: () => '`beacon devnet status` lists the faults that are on, `beacon devnet fault heal` undoes them',
})

const POLL_MS = 50
const SECOND_MS = 1_000

/** Gives the steps that were done. Throws EXPECTATION_FAILED, STEP_NOT_BEGUN, or what carrying out a fault throws. */
export async function runFaultSchedule(options: ScheduleOptions): Promise<readonly StepDone[]> {
  checkRollups(options)
  const sight = new FaultSight(options.network)
  try {
    return await new ScheduleRun(options, sight, await sight.look()).run()
  } finally {
    sight.close()
  }
}

class ScheduleRun {
  readonly #options: ScheduleOptions
  readonly #sight: FaultSight
  readonly #begin: Sight
  /** As the network was after the last step, and after the last fault of each kind. */
  #last: Sight
  readonly #lastOf = new Map<Fault['kind'], Sight>()
  /** Counted from 1. */
  #step = 0

  constructor(options: ScheduleOptions, sight: FaultSight, begin: Sight) {
    this.#options = options
    this.#sight = sight
    this.#begin = begin
    this.#last = begin
  }

  async run(): Promise<readonly StepDone[]> {
    const { steps, signal, onStep = () => {} } = this.#options
    const done: StepDone[] = []
    for (const step of steps) {
      this.#step += 1
      try {
        done.push(await this.#do(step))
      } catch (cause) {
        if (signal?.aborted) throw SCHEDULE_INTERRUPTED({ step: this.#step, of: steps.length }, cause)
        throw cause
      }
      onStep(done.at(-1)!)
    }
    return done
  }

  async #do(step: FaultStep): Promise<StepDone> {
    await this.#waitFor(step)
    const startedAt = Date.now()
    const atMs = startedAt - this.#begin.at
    if ('expect' in step) {
      const since = step.after === undefined ? this.#last : (this.#lastOf.get(step.after) ?? this.#begin)
      const tookMs = await this.#meet(step.expect, since)
      this.#last = await this.#sight.look()
      return { step: describeExpectation(step.expect), atMs, tookMs }
    }
    await this.#options.carryOut(step.fault)
    const tookMs = Date.now() - startedAt
    this.#last = await this.#sight.look()
    this.#lastOf.set(step.fault.kind, this.#last)
    return { step: describeFault(step.fault), atMs, tookMs }
  }

  /** Gives how long it took. */
  async #meet(expected: FaultExpectation, since: Sight): Promise<number> {
    const { withinMs } = expected
    const isMet = judge(expected, since)
    for (;;) {
      const now = await this.#sight.look()
      const tookMs = now.at - since.at
      if (tookMs > withinMs) {
        const [what, seen] = [describeExpectation(expected), describeSight(expected, since, now)]
        throw EXPECTATION_FAILED({ step: this.#step, what, withinMs, seen })
      }
      if (isMet(now)) return tookMs
      await this.#pause(POLL_MS)
    }
  }

  async #waitFor({ at, when }: FaultStart): Promise<void> {
    if (at !== undefined) await this.#pause(Math.max(0, this.#begin.at + at * SECOND_MS - Date.now()))
    if (when === undefined) return
    const { timeoutMs } = this.#options
    const since = await this.#sight.look()
    const hasHappened = (now: Sight) =>
      'epochs' in when
        ? now.epoch >= since.epoch + when.epochs
        : heightOf(now, when.rollup) >= heightOf(since, when.rollup) + when.blocks
    while (!hasHappened(await this.#sight.look())) {
      const what = 'epochs' in when ? `${when.epochs} epochs` : `${when.blocks} blocks of ${when.rollup}`
      if (Date.now() - since.at > timeoutMs) throw STEP_NOT_BEGUN({ step: this.#step, what, timeoutMs })
      await this.#pause(POLL_MS)
    }
  }

  #pause(ms: number): Promise<void> {
    const { signal } = this.#options
    return delay(ms, undefined, signal === undefined ? {} : { signal })
  }
}

/** A typing error must not look like a chain that stands still. */
function checkRollups({ steps, network }: ScheduleOptions): void {
  const known = network.endpoints.rollups.map(({ name }) => name)
  const named = steps.flatMap((step) => [
    ...('expect' in step && 'rollup' in step.expect ? [step.expect.rollup] : []),
    ...(step.when !== undefined && 'rollup' in step.when ? [step.when.rollup] : []),
  ])
  const unknown = named.find((name) => !known.includes(name))
  if (unknown !== undefined) throw ROLLUP_UNKNOWN({ name: unknown, known })
}
