/**
 * How far the chains have come that a validator has stored, read while it doesn't run: the Beacon Layer's, and that of each rollup that it has
 * or had a seat of. A chain that is still at its genesis has no position.
 */

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ChainStore as BeaconChainStore } from '../beacon/chain-store.ts'
import type { FinalBlock } from '../consensus/block-source.ts'
import { openLevelStore } from '../platform/level-store.ts'
import type { KeyValueStore } from '../platform/ports.ts'
import type { ChainPosition } from '../primitives/forks.ts'
import { ChainStore as RollupChainStore } from '../rollup/chain-store.ts'
import { BEACON_STORE, isRollupFolder, ROLLUP_STORE } from './data-layout.ts'

/** `dataDir` as in the validator's configuration; nothing is made if it doesn't exist. */
export async function readStoredPositions(dataDir: string): Promise<ChainPosition[]> {
  const heads = [await readHead(join(dataDir, BEACON_STORE), beaconHead)]
  for (const name of existsSync(dataDir) ? readdirSync(dataDir) : []) {
    if (isRollupFolder(name)) heads.push(await readHead(join(dataDir, name, ROLLUP_STORE), rollupHead))
  }
  return heads.filter((head) => head !== null).map(positionOf)
}

async function readHead(
  path: string,
  headOf: (store: KeyValueStore) => FinalBlock | null,
): Promise<FinalBlock | null> {
  if (!existsSync(path)) return null
  const store = await openLevelStore(path)
  try {
    return headOf(store)
  } finally {
    await store.close()
  }
}

function beaconHead(store: KeyValueStore): FinalBlock | null {
  const chain = new BeaconChainStore(store)
  const head = chain.head()
  return head === null ? null : chain.certifiedFrom(head.header.height)
}

function rollupHead(store: KeyValueStore): FinalBlock | null {
  const chain = new RollupChainStore(store)
  const height = chain.headHeight()
  return height === null ? null : chain.certifiedFrom(height)
}

/** A terminal block may be certified in a later view than its own. */
function positionOf({ block, certificate }: FinalBlock): ChainPosition {
  return { ...block.header.instance, view: certificate.view }
}
