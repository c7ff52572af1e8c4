/** How long until something answers: a network and a rollup of ours, beside single nodes. Interleaved, so that a busy moment hits all. */

import { startBeaconNetwork } from './beacon-network.ts'
import { hardhatProject, type PeerNode, startAnvil, startHardhat } from './peer-node.ts'
import { median } from './statistics.ts'
import type { Table } from './table.ts'

const RUNS = 5
const LABELS = {
  up: 'beacon devnet up: L1, 7 validators, first final Beacon block',
  create: 'beacon rollup create: drawn, 5 seats, first soft-confirmed block',
  anvil: 'anvil: one node, first answer',
  hardhat: 'hardhat node: one node, first answer',
}

export async function measureStartup(): Promise<Table[]> {
  const hardhat = hardhatProject()
  const times: Record<keyof typeof LABELS, number[]> = { up: [], create: [], anvil: [], hardhat: [] }
  for (let run = 0; run < RUNS; run++) {
    {
      await using network = await startBeaconNetwork()
      times.up.push(network.startedInMs)
      times.create.push((await network.createRollup('app')).createdInMs)
    }
    times.anvil.push(await startedIn(startAnvil()))
    if (hardhat !== null) times.hardhat.push(await startedIn(startHardhat(hardhat)))
  }
  const measured = (Object.keys(LABELS) as (keyof typeof LABELS)[]).filter((key) => times[key].length > 0)
  return [
    {
      title: 'Start-up',
      command: 'npm run bench -- startup',
      columns: ['', 'median ms', 'min ms', 'max ms'],
      rows: measured.map((key) => [
        LABELS[key],
        ...[median(times[key]), Math.min(...times[key]), Math.max(...times[key])].map(Math.round),
      ]),
      notes: [
        `${RUNS} runs, interleaved; ours until the command has ended, its own start included; files in the system's cache`,
        ...(hardhat === null
          ? [
              'Hardhat was not measured: install hardhat into a folder of its own and name it in BEACON_BENCH_HARDHAT',
            ]
          : []),
      ],
    },
  ]
}

async function startedIn(starting: Promise<PeerNode>): Promise<number> {
  await using node = await starting
  return node.startedInMs
}
