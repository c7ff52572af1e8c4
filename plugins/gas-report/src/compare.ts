/** What became dearer or cheaper since an earlier report: medians, by rollup, contract and method. */

import type { GasReport, RollupReport } from './report.ts'

export interface Increase {
  readonly rollup: string
  /** As in `Token.transfer(address,uint256)`, or `Token (deployment)`. */
  readonly name: string
  readonly before: number
  readonly after: number
  /** Negative if it became cheaper. */
  readonly percent: number
}

export interface Comparison {
  /** Whatever changed, from the largest increase. */
  readonly changes: readonly Increase[]
  /** Names that only one of the reports has. */
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

export function compareReports(before: GasReport, after: GasReport): Comparison {
  const old = mediansOf(before)
  const now = mediansOf(after)
  const changes = [...now].flatMap(([key, { rollup, name, gas }]) => {
    const earlier = old.get(key)?.gas
    if (earlier === undefined || earlier === gas) return []
    return [{ rollup, name, before: earlier, after: gas, percent: ((gas - earlier) / earlier) * 100 }]
  })
  return {
    changes: changes.sort((a, b) => b.percent - a.percent),
    added: [...now.keys()].filter((key) => !old.has(key)),
    removed: [...old.keys()].filter((key) => !now.has(key)),
  }
}

interface Median {
  readonly rollup: string
  readonly name: string
  readonly gas: number
}

/** Of what has succeeded at least once. */
function mediansOf({ rollups }: GasReport): Map<string, Median> {
  const medians = rollups.flatMap((report) => mediansOfRollup(report))
  return new Map(medians.map((median) => [`${median.rollup}: ${median.name}`, median]))
}

function mediansOfRollup({ rollup, methods, deployments }: RollupReport): Median[] {
  const named = [
    ...methods.map((row) => ({ row, name: `${row.contract}.${row.method}` })),
    ...deployments.map((row) => ({ row, name: `${row.contract} (deployment)` })),
  ]
  return named
    .filter(({ row }) => row.calls > 0)
    .map(({ row, name }) => ({ rollup, name, gas: row.medianGas }))
}
