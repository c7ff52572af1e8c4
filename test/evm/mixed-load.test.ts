import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Hex } from '../../src/primitives/bytes.ts'
import { rollupId } from '../../src/primitives/ids.ts'
import { BlockExecution, type Parent } from '../../src/rollup/executor.ts'
import { createGenesis } from '../../src/rollup/genesis.ts'
import type { Vm } from '../../src/rollup/vm/vm.ts'
import { CHAIN_ID, GENESIS_TIME_MS, specWith } from '../rollup/local-rollup.ts'
import { MixedLoad } from './mixed-load.ts'
import { vms } from './shipped-evm.ts'

const TRANSACTIONS = 10_000
const IN_A_BLOCK = 40
const SEED = 20_261_124
/** Of the header of the last block: what all of it has come to, by rules that must never change for what was executed once. */
const LAST_HASH: Hex = '0x7a347bc1531f2fc2fffd0cfe3ed5be9ba59084f7e7c21e4925b34ebf7e558978'

test(`${TRANSACTIONS} mixed transactions have the same headers by both VMs, and the recorded last one`, async () => {
  const load = new MixedLoad(SEED)
  const [wasm, ethereumjs] = await Promise.all([
    vms.create('evm', CHAIN_ID),
    vms.create('ethereumjs', CHAIN_ID),
  ])
  let ours: Parent = createGenesis(specWith(), rollupId(1), GENESIS_TIME_MS)
  let theirs: Parent = createGenesis(specWith(), rollupId(1), GENESIS_TIME_MS)
  let failed = 0
  for (let count = 0; count < TRANSACTIONS; count += IN_A_BLOCK) {
    const transactions = Array.from({ length: IN_A_BLOCK }, () => load.next())
    const [a, b] = await Promise.all([execute(wasm, ours), execute(ethereumjs, theirs)])
    assert.deepEqual(a.header, b.header)
    failed += a.receipts.filter(({ succeeded }) => !succeeded).length
    ours = a
    theirs = b

    async function execute(vm: Vm, parent: Parent) {
      const execution = new BlockExecution(vm, parent, {
        timestamp: parent.header.timestamp + 1,
        beneficiary: `0x${'be'.repeat(20)}`,
        prevRandao: parent.hash,
        parentBeaconBlockRoot: parent.header.stateRoot,
      })
      for (const transaction of transactions) assert.equal(await execution.apply(transaction), null)
      const sealed = execution.seal()
      sealed.state.finalize()
      return sealed
    }
  }
  assert.ok(failed > TRANSACTIONS / 10 && failed < TRANSACTIONS / 2, `${failed} failed`)
  assert.equal(ours.hash, LAST_HASH)
})
