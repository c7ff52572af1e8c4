/** `beacon run gas report`: collects, prints, writes, compares. */

import { resolve } from 'node:path'
import type { TaskContext } from 'beaconlayer'
import { readArtifacts } from './artifact-files.ts'
import { readBaseline } from './baseline.ts'
import { collect } from './collect.ts'
import { type Comparison, compareReports } from './compare.ts'
import { baselineMissing, gasIncreased, rollupUnknown } from './errors.ts'
import { comparisonLines, renderText, tablesOf } from './render.ts'
import type { GasReport } from './report.ts'
import type { SortOrder } from './sort.ts'
import { checkOutput, writeReport } from './write.ts'

interface Args {
  readonly rollup: string | undefined
  readonly from: number
  readonly to: number | undefined
  readonly sort: SortOrder
  readonly out: string | undefined
  readonly baseline: string | undefined
  readonly maxIncrease: number | undefined
}

export default async function gasReport(args: Args, context: TaskContext) {
  const { sort, out, baseline, maxIncrease } = args
  if (maxIncrease !== undefined && baseline === undefined) throw baselineMissing()
  if (out !== undefined) checkOutput(out)
  const before = baseline === undefined ? null : await readBaseline(baseline)
  const report = await collectAll(args, context)
  for (const line of renderText(tablesOf(report, sort))) context.print(line)
  if (out !== undefined) await writeReport(report, out, sort)
  if (before === null) return report
  const comparison = compareReports(before, report)
  context.print()
  context.print('since the baseline:')
  for (const line of comparisonLines(comparison)) context.print(`  ${line}`)
  checkIncreases(comparison, maxIncrease)
  return { ...report, comparison }
}

async function collectAll({ rollup, from, to }: Args, context: TaskContext): Promise<GasReport> {
  const { project, signal } = context
  const { endpoints } = await context.openNetwork()
  const known = endpoints.rollups.map(({ name }) => name)
  if (rollup !== undefined && !known.includes(rollup)) throw rollupUnknown(rollup, known)
  const wanted = endpoints.rollups.filter(({ name }) => rollup === undefined || name === rollup)
  const folders = project.config.gasReport.artifacts.map((folder) => resolve(project.root, folder))
  const artifacts = await readArtifacts(folders)
  const rollups = []
  for (const endpoint of wanted) rollups.push(await collect(endpoint, { from, to }, artifacts, signal))
  return { schemaVersion: 1, devnet: context.devnet, rollups }
}

/** Throws GAS_INCREASED. */
function checkIncreases({ changes }: Comparison, maxIncrease: number | undefined): void {
  if (maxIncrease === undefined) return
  const increases = changes.filter(({ percent }) => percent > maxIncrease)
  if (increases.length > 0) throw gasIncreased(increases, maxIncrease)
}
