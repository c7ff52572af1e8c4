/** `npm run test:evm -- <folder> <fork>`: runs every GeneralStateTest below the folder, prints each failure and the counts. */

import { FORKS, type Fork } from '../../src/rollup/forks.ts'
import { createWasmVm } from '../../src/rollup/vm/wasm/vm.ts'
import { runFolder } from './run-folder.ts'
import { loadShippedEvm } from './shipped-evm.ts'
import { CHAIN_ID } from './state-test.ts'

const [folder, name] = process.argv.slice(2)
const fork = FORKS.find((fork) => fork === name?.toLowerCase())
if (folder === undefined || fork === undefined) {
  process.stderr.write(`npm run test:evm -- <folder> <${FORKS.map(capitalised).join('|')}>\n`)
  process.exit(2)
}
const vm = await createWasmVm(await loadShippedEvm(), { chainId: CHAIN_ID, fork })
const { passed, skipped, failures } = await runFolder(vm, folder, capitalised(fork))
for (const failure of failures) process.stdout.write(`failed ${failure}\n`)
process.stdout.write(`${passed} passed, ${failures.length} failed, ${skipped} skipped (blob transactions)\n`)
process.exitCode = failures.length > 0 || passed === 0 ? 1 : 0

function capitalised(fork: Fork): string {
  return fork[0]!.toUpperCase() + fork.slice(1)
}
