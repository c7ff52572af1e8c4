/** A thread that simulates the seeds it is sent, one after the other, and answers with what came of each. */

import { threadCpuUsage } from 'node:process'
import { parentPort, workerData } from 'node:worker_threads'
import { type Kind, loadSimulation } from './kinds.ts'
import type { SeedResult } from './pool.ts'

const { kind, bls } = workerData as { kind: Kind; bls: boolean }
const simulate = await loadSimulation(kind)

parentPort!.on('message', async (seed: number) => {
  const before = threadCpuUsage()
  const outcome = await simulate(seed, { bls }).catch((error: Error) => error)
  const { user, system } = threadCpuUsage(before)
  const result: SeedResult = {
    seed,
    cpuMs: (user + system) / 1000,
    ...(outcome instanceof Error
      ? { failure: describe(seed, outcome), outcome: null }
      : { failure: null, outcome }),
  }
  parentPort!.postMessage(result)
})

/** What a simulation finds names its seed; anything else is a fault of the simulation, and wants its stack. */
function describe(seed: number, error: Error): string {
  const prefix = `seed ${seed}: `
  return error.message.startsWith(prefix) ? error.message : `${prefix}${error.stack ?? error.message}`
}
