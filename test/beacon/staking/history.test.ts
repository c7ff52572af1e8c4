import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SeededRandom } from '../../../src/platform/simulated/random.ts'
import { Ledger } from '../transition/ledger.ts'
import { History } from './history.ts'
import { stakingFaults, supplyOf } from './invariants.ts'
import { playground } from './playground.ts'

const BLOCKS = 250

for (const seed of [1, 2, 3]) {
  test(`no token appears or vanishes whatever people do with their stakes: history ${seed}`, () => {
    const ledger = new Ledger(playground())
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
