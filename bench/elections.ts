/** What an election costs, from networks of today's size to a million validators. */

import { drawSteps, lineOf } from '../src/beacon/election/draw.ts'
import { buildSumTree } from '../src/beacon/election/sum-tree.ts'
import { keccakHex } from '../src/primitives/hash.ts'
import { rollupId } from '../src/primitives/ids.ts'
import { TOKEN } from '../test/beacon/fixture.ts'
import { median } from './statistics.ts'
import type { Table } from './table.ts'

const SIZES = [1_000, 100_000, 1_000_000]
const SEATS = 5
const DRAWS = 20

export async function measureElections(): Promise<Table[]> {
  return [electionTable()]
}

function electionTable(): Table {
  const rows = SIZES.map((size) => {
    const weights = Array.from({ length: size }, (_, i) => BigInt(1 + ((i * 7_919) % 1_000)) * TOKEN)
    const keyHash = keccakHex(new Uint8Array(48))
    const before = process.memoryUsage().rss
    const lineMs = timed(() => lineOf(weights))
    const line = lineOf(weights)
    const drawMs = median(
      Array.from({ length: DRAWS }, (_, draw) =>
        timed(() => drawSteps(line, keccakHex(Uint8Array.of(draw)), rollupId(1), SEATS)),
      ),
    )
    const treeMs = timed(() => buildSumTree(weights.map((weight) => ({ keyHash, weight }))))
    const grownMiB = (process.memoryUsage().rss - before) / 2 ** 20
    return [
      size.toLocaleString('en'),
      lineMs.toFixed(1),
      drawMs.toFixed(3),
      treeMs.toFixed(0),
      grownMiB.toFixed(0),
    ]
  })
  return {
    title: 'Elections',
    command: 'npm run bench -- elections',
    columns: ['validators', 'line ms', `draw of ${SEATS} ms`, 'sum tree ms', 'resident MiB'],
    rows,
    notes: [
      'the line is made once per frozen set, the tree once per rollup and epoch; a devnet draws from at most 100',
    ],
  }
}

function timed(operation: () => unknown): number {
  const startedAt = performance.now()
  operation()
  return performance.now() - startedAt
}
