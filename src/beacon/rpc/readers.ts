/** Readers of the parameters that name things of the Beacon Layer. */

import type { Block } from '../../consensus/block.ts'
import { isHex } from '../../primitives/bytes.ts'
import { type Epoch, epoch, type Height, height, type RollupId, rollupId } from '../../primitives/ids.ts'
import { invalidParams, readHash, readLooseNumber } from '../../rpc/params.ts'
import type { BeaconApplication } from '../application.ts'
import type { Rollup } from '../values.ts'

export function readHeight(value: unknown, name: string): Height {
  return height(readLooseNumber(value, name))
}

export function readEpoch(value: unknown, name: string): Epoch {
  return epoch(readLooseNumber(value, name, 0xffff_ffff))
}

/** A final block by height, digest or "latest" (also if missing); null if there is none. */
export function readBeaconBlock(app: BeaconApplication, value: unknown, name: string): Block | null {
  if (value === undefined || value === null || value === 'latest') return app.head
  return isHex(value, 32)
    ? app.chain.blockByDigest(readHash(value, name))
    : app.chain.blockAt(readHeight(value, name))
}

/** A rollup by name, or by id as a number; null if there is none. */
export function readRollupReference(app: BeaconApplication, value: unknown, name: string): Rollup | null {
  const id = typeof value === 'string' ? app.state.rollupByName(value) : readRollupId(value, name)
  return id === null ? null : app.state.rollup(id)
}

function readRollupId(value: unknown, name: string): RollupId {
  if (typeof value !== 'number') throw invalidParams(name, "a rollup's name or id")
  return rollupId(readLooseNumber(value, name))
}
