/** A report of an earlier run, as `--out file.json` has written it. As much of it as comparisons need is checked. */

import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import { baselineUnreadable } from './errors.ts'
import type { GasReport } from './report.ts'

const row = z.looseObject({ contract: z.string(), calls: z.int(), medianGas: z.number().nonnegative() })

const schema = z.looseObject({
  schemaVersion: z.literal(1),
  rollups: z.array(
    z.looseObject({
      rollup: z.string(),
      methods: z.array(row.extend({ method: z.string() })),
      deployments: z.array(row),
    }),
  ),
})

/** Throws BASELINE_UNREADABLE. */
export async function readBaseline(path: string): Promise<GasReport> {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8'))) as unknown as GasReport
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message
    throw baselineUnreadable(path, reason, cause)
  }
}
