/** Reads a range of a rollup's blocks and makes a report of them. */

import type { RollupEndpoint } from 'beaconlayer'
import type { Artifact } from './artifact.ts'
import { Chain, type GasUse } from './chain.ts'
import { rangeEmpty } from './errors.ts'
import { methodOf, Names } from './names.ts'
import { ReportBuilder, type RollupReport } from './report.ts'

export interface BlockRange {
  readonly from: number
  /** The newest, if left out. */
  readonly to?: number | undefined
}

const UNKNOWN_CREATION = 'unknown'

/** Throws RANGE_EMPTY if the first block is beyond them; a last one beyond the newest is the newest. */
export async function collect(
  endpoint: RollupEndpoint,
  { from, to }: BlockRange,
  artifacts: readonly Artifact[],
  signal?: AbortSignal,
): Promise<RollupReport> {
  const chain = new Chain(endpoint)
  try {
    const newest = await chain.height()
    const last = Math.min(to ?? newest, newest)
    // Nothing since a block is an empty report, not an error.
    if (from > last + 1) throw rangeEmpty(endpoint.name, from, last)
    const names = new Names(artifacts, chain)
    const report = new ReportBuilder()
    for await (const uses of chain.transactions(from, last)) {
      signal?.throwIfAborted()
      await addAll(report, uses, names)
    }
    return report.build(endpoint.name, from, last)
  } finally {
    chain.close()
  }
}

async function addAll(report: ReportBuilder, uses: readonly GasUse[], names: Names): Promise<void> {
  const addresses = new Set(
    uses.map(({ to, created }) => to ?? created).filter((address) => address !== null),
  )
  // Asked for together, so that they go in batches.
  await Promise.all([...addresses].map((address) => names.target(address)))
  for (const use of uses) await add(report, use, names)
}

async function add(report: ReportBuilder, use: GasUse, names: Names): Promise<void> {
  const { to, input } = use
  if (to === null) return addDeployment(report, use, names)
  const target = await names.target(to)
  if (target.contract === null) report.addTransfer(use)
  else report.addCall(target.contract, methodOf(target, input), use)
}

async function addDeployment(report: ReportBuilder, use: GasUse, names: Names): Promise<void> {
  const { created, input, hasSucceeded } = use
  const target = created !== null && hasSucceeded ? await names.target(created) : null
  const name = names.creation(input) ?? target?.contract ?? UNKNOWN_CREATION
  report.addDeployment(name, target?.sizeBytes ?? null, use)
}
