/** A Beacon Layer on which much happens to stakes in little time: short epochs, small stakes, people with tokens. */

import type { BeaconGenesis } from '../../../src/beacon/genesis.ts'
import { accountOf, createGenesis, TOKEN } from '../fixture.ts'

export function playground(tokens: bigint = TOKEN): BeaconGenesis {
  const genesis = createGenesis({
    params: { epochLength: 8, unbondEpochs: 4, evidenceEpochs: 2, jailEpochs: 2, minStake: 50n * TOKEN },
    stakes: Array(8).fill(100n * TOKEN),
  })
  const people = ['ann', 'ben', 'cat', 'dan'].map(accountOf)
  const accounts = people.map(({ address }) => ({ address, balance: 1_000n * tokens }))
  for (const { account } of genesis.validators) accounts.push({ address: account, balance: tokens })
  return { ...genesis, accounts }
}
