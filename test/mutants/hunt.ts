/** Runs a detector in a copy of the repository, and says what it found. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { commandOf, type Found, hasLooked, readFailure } from './detect.ts'
import type { Detector } from './mutant.ts'

export type Verdict =
  | ({ readonly outcome: 'killed'; readonly seconds: number } & Found)
  | { readonly outcome: 'survived'; readonly seconds: number }
  /** Nothing was looked for, or what broke is nothing that the detector is to check: no proof of anything. */
  | { readonly outcome: 'unclear'; readonly seconds: number; readonly output: string }

export async function hunt(detector: Detector, folder: string, signal: AbortSignal): Promise<Verdict> {
  const startedMs = Date.now()
  const { exitCode, output } = await run(commandOf(detector), folder, signal)
  const seconds = (Date.now() - startedMs) / 1_000
  if (exitCode === 0 && hasLooked(detector, output)) return { outcome: 'survived', seconds }
  const found = exitCode === 0 ? null : readFailure(detector, output)
  if (found === null || !isExpected(detector, found)) return { outcome: 'unclear', seconds, output }
  return { outcome: 'killed', seconds, ...found }
}

function isExpected(detector: Detector, { by }: Found): boolean {
  return detector.kind === 'test' || detector.invariants.includes(by)
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
