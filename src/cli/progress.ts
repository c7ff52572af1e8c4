/** Shows on stderr how a list of steps goes: redrawn on a terminal, line by line elsewhere, not at all with `--json`. */

import { Listr, ListrLogger, ProcessOutput } from 'listr2'
import type { Output } from './output.ts'

export interface Step {
  readonly title: string
  /** Resolves when the step is done; `say` shows how far it is. */
  readonly run: (say: (text: string) => void) => Promise<void>
}

/** Runs the steps at once, since what they follow goes on at once. Rejects with the first that fails. */
export async function showProgress(output: Output, steps: readonly Step[]): Promise<void> {
  if (output.isJson) await Promise.all(steps.map(({ run }) => run(() => {})))
  else if (process.stderr.isTTY) await redrawn(steps)
  else await Promise.all(steps.map((step) => lineByLine(output, step)))
}

async function redrawn(steps: readonly Step[]): Promise<void> {
  const tasks = steps.map(({ title, run }) => ({
    title,
    task: (_: unknown, task: { title?: string }) =>
      run((text) => {
        task.title = `${title}: ${text}`
      }),
  }))
  const stderr = new ProcessOutput(process.stderr, process.stderr)
  await new Listr(tasks, {
    concurrent: true,
    exitOnError: true,
    // Ctrl-C is the caller's to handle.
    registerSignalListeners: false,
    rendererOptions: { logger: new ListrLogger({ processOutput: stderr }), showErrorMessage: false },
  }).run()
}

async function lineByLine(output: Output, { title, run }: Step): Promise<void> {
  await run((text) => output.note(`${title}: ${text}`))
  output.note(`${title}: done`)
}
