/** How a detector is started, and how its failure reads: all that is known here of the simulators and of the test runner. */

import type { Detector } from './mutant.ts'

/** The seeds 1 to `count`, or one alone. */
export type Seeds = { readonly count: number } | { readonly only: number }

/** Arguments of Node, in a copy of the repository. */
export function commandOf(detector: Detector, seeds: Seeds): string[] {
  if (detector.kind === 'test') {
    const pattern = `^${detector.title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`
    return [
      '--test',
      '--test-force-exit',
      '--test-reporter=tap',
      `--test-name-pattern=${pattern}`,
      detector.file,
    ]
  }
  const [from, count] = 'only' in seeds ? [seeds.only, 1] : [1, seeds.count]
  const range = ['--from', `${from}`, '--seeds', `${count}`]
  return ['test/simulation/main.ts', '--kind', detector.kind, ...range, '--jobs', '1']
}

export interface Found {
  /** Null for a directed test. */
  readonly seed: number | null
  /** The invariant; `contract` if the engine failed by itself or misused what it runs on; `test`. */
  readonly by: string
}

/** What a failed run says; null if it isn't that something was found, but that nothing could be looked for. */
export function readFailure(detector: Detector, output: string): Found | null {
  if (detector.kind === 'test') {
    const lines = output.split('\n').filter((line) => line.endsWith(` - ${detector.title}`))
    return lines.some((line) => /^ *not ok /.test(line)) ? { seed: null, by: 'test' } : null
  }
  const line = /^seed (\d+)\b.*$/m.exec(output)
  return line === null ? null : { seed: Number(line[1]), by: /: ([SL]\d+) /.exec(line[0])?.[1] ?? 'contract' }
}

/** Whether a run that did not fail has looked at anything. */
export function hasLooked({ kind }: Detector, output: string): boolean {
  return kind !== 'test' || /^# pass [1-9]/m.test(output)
}
