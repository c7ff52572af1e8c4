import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Vm } from '../../src/rollup/vm/vm.ts'
import { createTracedVm, createWasmVm } from '../../src/rollup/vm/wasm/vm.ts'
import { runFolder } from './run-folder.ts'
import { loadShippedEvm, loadTracedEvm } from './shipped-evm.ts'
import { CHAIN_ID } from './state-test.ts'

const FOLDER = join(import.meta.dirname, '../../../shared/vectors/ethereum-tests/GeneralStateTests')

const CANCUN = { chainId: CHAIN_ID, fork: 'cancun' } as const
const skip = !existsSync(FOLDER) && `no ${FOLDER}`

test('the EVM in WASM passes the state tests of ethereum/tests', { skip }, async () => {
  await passesAll(await createWasmVm(await loadShippedEvm(), CANCUN))
})

test('so does the one that can be traced', { skip }, async () => {
  const { vm } = await createTracedVm(await loadTracedEvm(), CANCUN)
  await passesAll(vm)
})

async function passesAll(vm: Vm): Promise<void> {
  const { passed, skipped, failures } = await runFolder(vm, FOLDER, 'Cancun')
  assert.deepEqual(failures, [])
  assert.deepEqual({ passed, skipped }, { passed: 1565, skipped: 0 })
}
