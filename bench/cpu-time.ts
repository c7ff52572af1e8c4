/**
 * What a computation takes of this thread's time on a core: without what others that share the machine take meanwhile, and without waiting.
 * Systems count in steps of some milliseconds, so what is quick is done often.
 */

/** The mean of so many runs. */
export function cpuMs(runs: number, compute: (run: number) => unknown): number {
  const before = process.threadCpuUsage()
  for (let run = 0; run < runs; run++) compute(run)
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1_000 / runs
}
