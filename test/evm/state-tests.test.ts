import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createWasmVm } from '../../src/rollup/vm/wasm/vm.ts'
import { runFolder } from './run-folder.ts'
import { loadShippedEvm } from './shipped-evm.ts'
import { CHAIN_ID } from './state-test.ts'

const FOLDER = join(import.meta.dirname, '../../../shared/vectors/ethereum-tests/GeneralStateTests')

test('the EVM in WASM passes the state tests of ethereum/tests', {
  skip: !existsSync(FOLDER) && `no ${FOLDER}`,
}, async () => {
  const vm = await createWasmVm(await loadShippedEvm(), { chainId: CHAIN_ID, fork: 'cancun' })
  const { passed, skipped, failures } = await runFolder(vm, FOLDER, 'Cancun')
  assert.deepEqual(failures, [])
  assert.deepEqual({ passed, skipped }, { passed: 1565, skipped: 0 })
})
