/** What an election costs, from networks of today's size to a million validators, and what a Beacon block full of staking actions does. */

import { drawSteps, lineOf } from '../src/beacon/election/draw.ts'
import { buildSumTree } from '../src/beacon/election/sum-tree.ts'
import { ACTIONS_MAX } from '../src/beacon/payload.ts'
import { keccakHex } from '../src/primitives/hash.ts'
import { rollupId } from '../src/primitives/ids.ts'
import { alice, createGenesis, TOKEN } from '../test/beacon/fixture.ts'
import { Ledger } from '../test/beacon/transition/ledger.ts'
import { median } from './statistics.ts'
import type { Table } from './table.ts'

const SIZES = [1_000, 100_000, 1_000_000]
const SEATS = 5
const DRAWS = 20
const BLOCKS = 5

export async function measureElections(): Promise<Table[]> {
  return [electionTable(), stakingTable()]
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

/** Delegations by one account, each signed, executed on the state after the one before, and hashed into its root. */
function stakingTable(): Table {
  const ledger = new Ledger(createGenesis({ params: { actionFee: 0n } }))
  const times = Array.from({ length: BLOCKS }, () => {
    const { nonce } = ledger.state.account(alice.address)
    const actions = Array.from({ length: ACTIONS_MAX }, (_, i) =>
      ledger.sign({ type: 'delegate', nonce: nonce + i, validator: i % 7, amount: 1_000n }, alice),
    )
    return timed(() => ledger.apply({ actions }))
  })
  const ms = median(times)
  return {
    title: 'Staking',
    command: 'npm run bench -- elections',
    columns: ['', 'ms'],
    rows: [
      [`a Beacon block of ${ACTIONS_MAX} delegations`, ms.toFixed(0)],
      ['one delegation', (ms / ACTIONS_MAX).toFixed(2)],
    ],
    notes: ['signature recovery included: it is most of it'],
  }
}

function timed(operation: () => unknown): number {
  const startedAt = performance.now()
  operation()
  return performance.now() - startedAt
}
