/** What a devnet's genesis has beside what its options say: the code that its blocks are executed by, and its forks. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromHex, type Hex, isHex } from '../primitives/bytes.ts'
import type { Fork } from '../primitives/forks.ts'
import { readJsonFile } from './folder.ts'
import { installationRoot } from './installation.ts'
import type { GenesisParts } from './plan.ts'

interface StoredGenesis {
  readonly runtime?: Hex
  readonly forks?: readonly Fork[]
}

/** The runtime of this version of Beacon, with which new networks begin. */
export function shippedRuntime(): Uint8Array {
  return readFileSync(join(installationRoot(), 'dist/runtime/runtime.wasm'))
}

/** Of a network that is made now. */
export function newGenesisParts(): GenesisParts {
  return { runtime: shippedRuntime(), forks: [] }
}

/** Of the network whose genesis file this is, however old; of a new one if there is no such file. */
export function readGenesisParts(genesisFile: string): GenesisParts {
  const { runtime, forks = [] } = readStored(genesisFile)
  return { runtime: isHex(runtime) ? fromHex(runtime) : shippedRuntime(), forks }
}

/** None if there is no such file. */
export function readForks(genesisFile: string): readonly Fork[] {
  return readStored(genesisFile).forks ?? []
}

function readStored(genesisFile: string): StoredGenesis {
  return (readJsonFile(genesisFile) as StoredGenesis | undefined) ?? {}
}
