/** The EVM as this checkout ships it. */

import { join } from 'node:path'
import { loadShipped } from '../../src/platform/components/load.ts'
import { vmFactory } from '../../src/rollup/vm/factory.ts'

export const DIST = join(import.meta.dirname, '../../dist')

export const loadShippedEvm = () => loadShipped(join(DIST, 'evm'))

export const loadTracedEvm = () => loadShipped(join(DIST, 'evm-traced'))

export const vms = vmFactory((folder) => loadShipped(join(DIST, folder)))
