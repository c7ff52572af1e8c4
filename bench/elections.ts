/** What an election costs, from networks of today's size to a million validators. */

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { CHANGED_LEAVES, type ElectionFigures, SEATS } from './election-of-size.ts'
import type { Table } from './table.ts'

const SIZES = [1_000, 100_000, 1_000_000]

export async function measureElections(): Promise<Table[]> {
  const figures = SIZES.map(measureSize)
  return [
    {
      title: 'Elections',
      command: 'npm run bench -- elections',
      columns: ['validators', 'weights capped ms', 'line ms', `draw of ${SEATS} ms`, 'line MiB', 'peak MiB'],
      rows: figures.map(({ validators, capMs, lineMs, drawMs, lineMiB, peakMiB }) => [
        validators.toLocaleString('en'),
        capMs.toFixed(1),
        lineMs.toFixed(1),
        drawMs.toFixed(3),
        lineMiB.toFixed(1),
        peakMiB.toFixed(0),
      ]),
      notes: [
        'CPU time of one thread. Weights and line are made once per frozen set; the draw is with reserves. A devnet draws from at most 100',
        'a process for each size: the peak is the most that was resident, Node itself (about 50) and two of the sum trees below included',
      ],
    },
    {
      title: 'Merkle-sum tree over the weights',
      command: 'npm run bench -- elections',
      columns: [
        'leaves',
        'built ms',
        '1 leaf changed ms',
        `${CHANGED_LEAVES} leaves changed ms`,
        'a rebuild is so many updates',
        'MiB',
      ],
      rows: figures.map(({ validators, buildMs, updateOneMs, updateManyMs, treeMiB }) => [
        validators.toLocaleString('en'),
        buildMs.toFixed(1),
        updateOneMs.toFixed(3),
        updateManyMs.toFixed(2),
        (buildMs / updateOneMs).toFixed(0),
        treeMiB.toFixed(1),
      ]),
      notes: [
        'CPU time of one thread. Changed: the paths to the root hashed anew (bench/updatable-sum-tree.ts); a test holds its root against a rebuild',
        'the Beacon Layer rebuilds, once per rollup and epoch: of its 100 leaves at most, the cap on weights may change all at once',
      ],
    },
  ]
}

function measureSize(validators: number): ElectionFigures {
  const program = join(import.meta.dirname, 'election-of-size.ts')
  return JSON.parse(
    execFileSync(process.execPath, ['--expose-gc', program, String(validators)], { encoding: 'utf8' }),
  )
}
