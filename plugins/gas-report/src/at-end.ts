/** The report on one run of a network. */

import { dirname, resolve } from 'node:path'
import type { Endpoints } from 'beaconlayer'
import { attachDevnet } from 'beaconlayer/testing'
import { readArtifacts } from './artifact-files.ts'
import { Chain } from './chain.ts'
import { collect } from './collect.ts'
import { renderText, tablesOf } from './render.ts'
import type { GasReport } from './report.ts'
import type { GasReportConfig } from './types.ts'
import { writeReport } from './write.ts'

const ORDER = 'name'

/** The newest block of each rollup. */
export async function heightsOf({ rollups }: Endpoints): Promise<Map<string, number>> {
  const heights = rollups.map(async (endpoint) => {
    const chain = new Chain(endpoint)
    const height = await chain.height().finally(() => chain.close())
    return [endpoint.name, height] as const
  })
  return new Map(await Promise.all(heights))
}

/** Lines for people. Blocks up to `heights` are from before. */
export async function reportSince(
  { name, dir }: { readonly name: string; readonly dir: string },
  heights: ReadonlyMap<string, number>,
  { artifacts: folders, out }: GasReportConfig,
  root: string,
): Promise<string[]> {
  // A rollup may have been made since the start.
  const devnet = await attachDevnet({ name, dir: dirname(dir) })
  const { rollups: endpoints } = devnet.endpoints
  await devnet.stop()
  const artifacts = await readArtifacts(folders.map((folder) => resolve(root, folder)))
  const rollups = []
  for (const endpoint of endpoints) {
    const from = (heights.get(endpoint.name) ?? 0) + 1
    rollups.push(await collect(endpoint, { from }, artifacts))
  }
  const report: GasReport = { schemaVersion: 1, devnet: name, rollups }
  if (out !== undefined) await writeReport(report, resolve(root, out), ORDER)
  return renderText(tablesOf(report, ORDER))
}
