/** A devnet in words: where its chains are, who has money on them, and what of it all is simulated. */

import type { ChalkInstance } from 'chalk'
import type { Endpoints } from '../devnet/endpoints.ts'
import { table } from './output.ts'

export function describeNetwork(endpoints: Endpoints, paint: ChalkInstance): string[] {
  const { name, accounts } = endpoints
  return [
    `${paint.bold(name)} is up`,
    '',
    ...describeChains(endpoints),
    '',
    paint.bold('Accounts, funded on every chain (everybody knows these keys: never use them elsewhere)'),
    ...accounts.map(({ address, privateKey }) => `${address}  ${privateKey}`),
    '',
    paint.bold('What is simulated'),
    ...describeSimulation(endpoints),
  ]
}

export function describeChains({ l1, beacon, rollups, contracts }: Endpoints): string[] {
  const rows = [
    l1 === null
      ? ['L1', 'none', '', 'batches are not posted']
      : [
          'L1',
          l1.rpcUrl,
          `chain ${l1.chainId}`,
          contracts.inbox === undefined ? '' : `inbox ${contracts.inbox}`,
        ],
    ['Beacon Layer', beacon.rpcUrl, `chain ${beacon.chainId}`, `${beacon.validators.length} validators`],
    ...rollups.map(({ name, rpcUrl, chainId, committee }) => [
      `rollup ${name}`,
      rpcUrl,
      `chain ${chainId}`,
      `sequencers ${committee.map(({ validator }) => validator).join(' ')}`,
    ]),
  ]
  return table(rows)
}

function describeSimulation({ l1, beacon, seed }: Endpoints): string[] {
  return [
    `- all ${beacon.validators.length} validators are processes of this machine, with keys that follow from the seed '${seed}'`,
    '- consensus, elections, signatures and execution are the real ones; stakes are worth nothing',
    l1 === null
      ? '- there is no L1: transactions climb to the rung `beacon` and no further'
      : `- the L1 at ${l1.rpcUrl} is ${l1.chainId === 31_337 ? 'anvil, one node with quick blocks' : 'not ours: it costs what it costs'}`,
  ]
}
