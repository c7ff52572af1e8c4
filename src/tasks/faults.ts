/** `beacon run faults`: does to a devnet what its section `faults` says, and sees whether it does as expected. */

import { runFaultSchedule, type StepDone } from '../cli/fault-schedule.ts'
import { askSupervisor } from '../devnet/control-client.ts'
import { defineError } from '../errors/beacon-error.ts'
import type { TaskContext } from '../plugin/context.ts'

export const NO_SCHEDULE = defineError<{ devnet: string }>({
  code: 'X307',
  name: 'NO_SCHEDULE',
  kind: 'user',
  message: ({ devnet }) => `the configuration has no faults for the devnet '${devnet}'`,
  hint: ({ devnet }) =>
    `add a list \`faults\` to devnets.${devnet} in beacon.config, or name another with --name`,
})

const SECOND_MS = 1_000

export default async function faults(_: object, context: TaskContext) {
  const { project, devnet, timeoutMs, signal, print } = context
  const steps = project.config.devnets[devnet]?.faults ?? []
  if (steps.length === 0) throw NO_SCHEDULE({ devnet })
  const network = await context.openNetwork()
  const done = await runFaultSchedule({
    steps,
    network,
    carryOut: (fault) => askSupervisor(network.endpoints.dir, 'fault', { fault }, timeoutMs),
    timeoutMs,
    signal,
    onStep: (step) => print(describe(step)),
  })
  return { steps: done }
}

function describe({ step, atMs, tookMs }: StepDone): string {
  return `${(atMs / SECOND_MS).toFixed(1).padStart(6)} s  ${step} (${tookMs} ms)`
}
