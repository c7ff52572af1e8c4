/** Simulates many seeds on several threads. */

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Kind, SimulationOutcome } from './kinds.ts'

export type SeedResult = {
  readonly seed: number
  /** Of the thread, for this seed. */
  readonly cpuMs: number
} & (
  | { readonly outcome: SimulationOutcome; readonly failure: null }
  /** `failure` begins with `seed N: `. */
  | { readonly outcome: null; readonly failure: string }
)

export interface PoolOptions {
  readonly kind: Kind
  readonly bls: boolean
  readonly jobs: number
  /** The seeds, in the order in which they are begun; it may be endless. */
  readonly seeds: Iterator<number>
  /** Called as results come; false begins no more seeds. */
  readonly onResult: (result: SeedResult) => boolean
}

/** Resolves when all seeds that were begun have ended. */
export async function simulateSeeds({ kind, bls, jobs, seeds, onResult }: PoolOptions): Promise<void> {
  let isOpen = true
  const next = (): number | null => {
    const { value, done } = seeds.next()
    return done || !isOpen ? null : value
  }
  await Promise.all(
    Array.from({ length: jobs }, async () => {
      const worker = new Worker(new URL('./seed-worker.ts', import.meta.url), { workerData: { kind, bls } })
      for (let seed = next(); seed !== null; seed = next()) {
        worker.postMessage(seed)
        const [result] = (await once(worker, 'message')) as [SeedResult]
        if (!onResult(result)) isOpen = false
      }
      await worker.terminate()
    }),
  )
}

/** `count` seeds from `from` on; for ever if there is no count. */
export function* seedsFrom(from: number, count = Infinity): Generator<number, undefined> {
  for (let seed = from; seed < from + count; seed++) yield seed
}
