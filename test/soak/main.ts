/**
 * `npm run soak -- [--minutes 30] [--seed TEXT] [--validators 7] [--rollups 2]`: a real network under load and under faults that the seed draws
 * (kills, stops, partitions, delays, losses, slow disks, restarts, a dead L1), one after another, each healed again; and a witness who keeps
 * every soft confirmation that clients were given, verifies it from the genesis alone, and asks every seat for its block again and again.
 *
 * Prints each fault with the time that recovery took, a line of figures every half minute, and in the end a table of what grew. Exit code 1 if
 * anything was lost, not verified, not recovered in time, not settled, leaking, or left behind; the logs are kept then. Ctrl-C ends it in order,
 * with the same checks. Linux only, since it reads /proc.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { leftBehind, portsOf } from './left-behind.ts'
import { probeHeaps } from './live-heap.ts'
import { parseOptions, type SoakOptions, USAGE } from './options.ts'
import { Soak } from './soak.ts'

const startedAt = Date.now()
process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  let options: SoakOptions
  try {
    options = parseOptions(args)
  } catch (error) {
    print(`${(error as Error).message}\n\n${USAGE}`)
    return 2
  }
  const stop = new AbortController()
  // Once: a second Ctrl-C ends this process at once, and the network with it.
  process.once('SIGINT', () => stop.abort())
  process.once('SIGTERM', () => stop.abort())
  return report(await run(options, stop.signal))
}

/** What went wrong. */
async function run(options: SoakOptions, signal: AbortSignal): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'beacon-soak-'))
  // The network's own folder is made in there, so that whatever it leaves is known to be its.
  process.env.TMPDIR = folder
  const heaps = mkdtempSync(join(tmpdir(), 'heaps-'))
  await probeHeaps(heaps)
  const soak = await Soak.start(options, { signal, heaps, print })
  const ports = portsOf(soak.endpoints)
  const problems: string[] = []
  try {
    problems.push(...(await soak.run()))
    if (problems.length > 0) print(`logs are kept in ${soak.saveLogs(`${folder}-logs`)}`)
  } catch (error) {
    problems.push((error as Error).stack ?? String(error))
    print(`logs are kept in ${soak.saveLogs(`${folder}-logs`)}`)
  } finally {
    await soak.stop()
  }
  problems.push(...(await leftBehind(folder, ports)).map((left) => `left behind: ${left}`))
  rmSync(folder, { recursive: true, force: true })
  return problems
}

function report(problems: readonly string[]): number {
  for (const problem of problems) print(`PROBLEM ${problem}`)
  print(
    problems.length === 0
      ? 'nothing was lost or left behind, and nothing leaks that was old enough to be judged'
      : `${problems.length} problems, as above`,
  )
  return problems.length === 0 ? 0 : 1
}

function print(line: string): void {
  const seconds = String(Math.round((Date.now() - startedAt) / 1_000)).padStart(5)
  process.stdout.write(`${seconds} s  ${line}\n`)
}
