/** Resident memory of each kind of process, without rollups and with one to three. Every validator has a seat in every rollup. */

import { setTimeout as delay } from 'node:timers/promises'
import { startBeaconNetwork } from './beacon-network.ts'
import { type MeasuredProcess, residentMb } from './process-usage.ts'
import { mean } from './statistics.ts'
import type { Table } from './table.ts'

const VALIDATORS = 5
const ROLLUPS_MAX = 3
/** Memory is looked at after the network has run for a while, not at the peak of its start. */
const SETTLING_MS = 5_000

export async function measureMemory(): Promise<Table[]> {
  await using network = await startBeaconNetwork(VALIDATORS)
  const processes = await network.processes()
  const rows: (string | number)[][] = []
  for (let rollups = 0; rollups <= ROLLUPS_MAX; rollups++) {
    if (rollups > 0) await network.createRollup(`app-${rollups}`)
    await delay(SETTLING_MS)
    rows.push([
      rollups === 1 ? '1 rollup' : `${rollups} rollups`,
      ...['validator', 'supervisor', 'l1'].map((kind) => averageMb(processes, kind)),
    ])
  }
  return [
    {
      title: 'Memory',
      command: 'npm run bench -- memory',
      columns: ['', 'a validator MB', 'supervisor and gateways MB', 'L1 (anvil) MB'],
      rows,
      notes: [
        `resident set, ${VALIDATORS} validators, each with a seat in every rollup (mean), ${SETTLING_MS / 1000} s after the last change`,
        'pages of the Node binary that processes share (about 30 MB) are counted in each of them',
      ],
    },
  ]
}

function averageMb(processes: readonly MeasuredProcess[], kind: string): number {
  return Math.round(mean(processes.filter(({ name }) => name.startsWith(kind)).map(residentMb)))
}
