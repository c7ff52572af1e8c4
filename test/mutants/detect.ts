/** How a detector is started, and how its failure reads: all that is known here of the simulators and of the test runner. */

import type { Detector } from './mutant.ts'

/** Arguments of Node, in a copy of the repository. */
export function commandOf(detector: Detector): string[] {
  switch (detector.kind) {
    case 'engine':
    case 'network': {
      const { kind, seeds } = detector
      return ['test/simulation/main.ts', '--kind', kind, '--seeds', `${seeds}`, '--jobs', '1']
    }
    case 'test':
      return [
        '--test',
        '--test-reporter=tap',
        `--test-name-pattern=^${escaped(detector.title)}$`,
        detector.file,
      ]
  }
}

export interface Found {
  /** Null for a directed test. */
  readonly seed: number | null
  /** The invariant, or the test's title. */
  readonly by: string
  readonly failure: string
}

/** What a failed run says; null if it isn't that something was found, but that nothing could be looked for. */
export function readFailure(detector: Detector, output: string): Found | null {
  if (detector.kind === 'test') {
    const { title } = detector
    const hasFailed = output
      .split('\n')
      .some((line) => /^ *not ok /.test(line) && line.endsWith(` - ${title}`))
    return hasFailed ? { seed: null, by: title, failure: '' } : null
  }
  const [, seed, by, failure] = /^seed (\d+): ([SL]\d+) (.*)$/m.exec(output) ?? []
  return seed === undefined ? null : { seed: Number(seed), by: by!, failure: failure! }
}

/** Whether a run that did not fail has looked at anything. */
export function hasLooked({ kind }: Detector, output: string): boolean {
  return kind !== 'test' || /^# pass [1-9]/m.test(output)
}

function escaped(title: string): string {
  return title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
