/** Runs a detector in a copy of the repository, and says what it found. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { commandOf, type Found, hasLooked, readFailure, type Seeds } from './detect.ts'
import type { Detector } from './mutant.ts'

export type Verdict =
  | ({ readonly outcome: 'killed'; readonly seconds: number; readonly output: string } & Found)
  | { readonly outcome: 'survived'; readonly seconds: number; readonly output: string }
  /** No proof of anything: nothing was looked for, or what broke is not what the detector is to look for. */
  | { readonly outcome: 'unclear'; readonly seconds: number; readonly output: string }

export async function hunt(
  detector: Detector,
  seeds: Seeds,
  folder: string,
  signal: AbortSignal,
): Promise<Verdict> {
  const startedMs = Date.now()
  const { exitCode, output } = await run(commandOf(detector, seeds), folder, signal)
  const seconds = (Date.now() - startedMs) / 1_000
  if (exitCode === 0 && hasLooked(detector, output)) return { outcome: 'survived', seconds, output }
  const found = exitCode === 0 ? null : readFailure(detector, output)
  const isExpected = found !== null && (detector.kind === 'test' || detector.invariants.includes(found.by))
  return isExpected
    ? { outcome: 'killed', seconds, output, ...found }
    : { outcome: 'unclear', seconds, output }
}

async function run(
  args: readonly string[],
  cwd: string,
  signal: AbortSignal,
): Promise<{ exitCode: number | null; output: string }> {
  // A test runner that finds this thinks it is part of another one.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const child = spawn(process.execPath, args, { cwd, env, signal })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const [exitCode] = await once(child, 'close')
  return { exitCode, output }
}
