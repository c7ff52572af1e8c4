import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SeededRandom } from '../../../src/platform/simulated/random.ts'
import { accountOf, createGenesis, TOKEN } from '../fixture.ts'
import { Ledger } from '../transition/ledger.ts'
import { History } from './history.ts'
import { stakingFaults, supplyOf } from './invariants.ts'

const BLOCKS = 250

for (const seed of [1, 2, 3]) {
  test(`no token appears or vanishes whatever people do with their stakes: history ${seed}`, () => {
    const genesis = createGenesis({
      params: { epochLength: 8, unbondEpochs: 4, evidenceEpochs: 2, jailEpochs: 2, minStake: 50n * TOKEN },
      stakes: Array(8).fill(100n * TOKEN),
    })
    const people = ['ann', 'ben', 'cat', 'dan'].map(accountOf)
    const accounts = [...people.map(({ address }) => ({ address, balance: 1_000n * TOKEN }))]
    for (const { account } of genesis.validators) accounts.push({ address: account, balance: TOKEN })
    const ledger = new Ledger({ ...genesis, accounts })
    const supply = supplyOf(ledger.state, [...ledger.entries])
    const history = new History(ledger, new SeededRandom(seed))
    const refusals = new Map<string, number>()
    for (let block = 0; block < BLOCKS; block++) {
      const contents = history.next()
      for (const { type, refusal } of ledger.apply(contents).receipts) {
        const what = `${type} ${refusal ?? 'done'}`
        refusals.set(what, (refusals.get(what) ?? 0) + 1)
      }
      assert.deepEqual(stakingFaults(ledger.state, [...ledger.entries], supply), [], `block ${ledger.height}`)
    }
    for (const type of ['delegate', 'undelegate', 'redelegate', 'claim', 'registerValidator']) {
      assert.ok((refusals.get(`${type} done`) ?? 0) > 0, `${type}: ${JSON.stringify([...refusals])}`)
    }
  })
}
