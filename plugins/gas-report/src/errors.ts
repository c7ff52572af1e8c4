/** What a person reads when there is no report, or when it is worse than the one before. */

import { BeaconError } from 'beaconlayer'
import type { Increase } from './compare.ts'

const DOCS = '@beaconlayer/gas-report/README.md'

export function outputUnknown(path: string): BeaconError {
  return new BeaconError({
    code: 'GAS1',
    name: 'OUTPUT_UNKNOWN',
    kind: 'user',
    message: `${path} ends in neither .json nor .md`,
    hint: 'the ending says in which form the report is written',
    docs: DOCS,
  })
}

export function baselineUnreadable(path: string, reason: string, cause?: unknown): BeaconError {
  return new BeaconError({
    code: 'GAS2',
    name: 'BASELINE_UNREADABLE',
    kind: 'user',
    message: `${path} is no report to compare with: ${reason}`,
    hint: 'make one with `beacon run gas report --out baseline.json`',
    docs: DOCS,
    cause,
  })
}

export function gasIncreased(increases: readonly Increase[], maxIncrease: number): BeaconError {
  const lines = increases.map(
    ({ rollup, name, before, after, percent }) =>
      `${rollup}: ${name} took ${before} and takes ${after} (+${percent.toFixed(2)} %)`,
  )
  return new BeaconError({
    code: 'GAS3',
    name: 'GAS_INCREASED',
    kind: 'check',
    message: [`gas rose by more than ${maxIncrease} %:`, ...lines].join('\n  '),
    hint: 'mend what became dearer, or keep the new report as the baseline if it is meant to be so',
    docs: DOCS,
  })
}

export function baselineMissing(): BeaconError {
  return new BeaconError({
    code: 'GAS4',
    name: 'BASELINE_MISSING',
    kind: 'user',
    message: '--max-increase compares with nothing',
    hint: 'say with what: --baseline FILE',
    docs: DOCS,
  })
}

export function rangeEmpty(rollup: string, from: number, to: number): BeaconError {
  return new BeaconError({
    code: 'GAS5',
    name: 'RANGE_EMPTY',
    kind: 'user',
    message: `${rollup} has no blocks from ${from} to ${to}`,
    hint: 'say --from and --to within its blocks; the newest is what `cast block-number` prints',
    docs: DOCS,
  })
}

export function rollupUnknown(rollup: string, known: readonly string[]): BeaconError {
  return new BeaconError({
    code: 'GAS6',
    name: 'ROLLUP_UNKNOWN',
    kind: 'user',
    message: `there is no rollup '${rollup}'`,
    hint: known.length === 0 ? 'there is none yet' : `there is ${known.join(', ')}`,
    docs: DOCS,
  })
}
