/** The EVM as this checkout ships it. */

import { join } from 'node:path'
import { loadShipped } from '../../src/platform/components/load.ts'
import { vmCreator } from '../../src/rollup/vm/create-vm.ts'

export const EVM_FOLDER = join(import.meta.dirname, '../../dist/evm')

export const loadShippedEvm = () => loadShipped(EVM_FOLDER)

export const createVm = vmCreator(loadShippedEvm)
