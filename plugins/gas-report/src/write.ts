/** Writes a report to a file, in the form that its ending says. */

import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, extname } from 'node:path'
import { outputUnknown } from './errors.ts'
import { renderMarkdown, tablesOf } from './render.ts'
import type { GasReport } from './report.ts'
import type { SortOrder } from './sort.ts'

const RENDERERS: Readonly<Record<string, (report: GasReport, order: SortOrder) => string>> = {
  '.json': (report) => `${JSON.stringify(report, null, 2)}\n`,
  '.md': (report, order) => renderMarkdown(tablesOf(report, order)),
}

/** Throws OUTPUT_UNKNOWN. */
export function checkOutput(path: string): void {
  if (RENDERERS[extname(path)] === undefined) throw outputUnknown(path)
}

/** Of a path that was checked. */
export async function writeReport(report: GasReport, path: string, order: SortOrder): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, RENDERERS[extname(path)]!(report, order))
}
