/** Saved networks inside a devnet's own folder, numbered from 1, to which it can be taken back any number of times. */

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { defineError } from '../../errors/beacon-error.ts'
import type { DevnetFolder } from '../folder.ts'
import type { DevnetPlan } from '../plan.ts'
import { restoreNetwork } from './restore.ts'
import { readManifest, saveNetwork } from './save.ts'

export const SNAPSHOT_UNKNOWN = defineError<{ id: string; known: readonly string[] }>({
  code: 'D604',
  name: 'SNAPSHOT_UNKNOWN',
  kind: 'user',
  message: ({ id }) => `this devnet has no snapshot '${id}'`,
  hint: ({ known }) => (known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`),
})

/** Returns the snapshot's id. The network must be stopped. */
export async function takeSnapshot(folder: DevnetFolder, plan: DevnetPlan): Promise<string> {
  const last = Math.max(0, ...listSnapshots(folder).map(Number))
  const id = String(last + 1)
  await saveNetwork(folder, plan, join(folder.snapshotsPath, id))
  return id
}

/** The network must be stopped; its genesis has another fork afterwards. */
export async function revertToSnapshot(folder: DevnetFolder, id: string): Promise<void> {
  checkSnapshot(folder, id)
  const path = join(folder.snapshotsPath, id)
  await restoreNetwork(folder, path, await readManifest(path))
}

/** Throws SNAPSHOT_UNKNOWN. */
export function checkSnapshot(folder: DevnetFolder, id: string): void {
  const known = listSnapshots(folder)
  if (!known.includes(id)) throw SNAPSHOT_UNKNOWN({ id, known })
}

function listSnapshots({ snapshotsPath }: DevnetFolder): string[] {
  if (!existsSync(snapshotsPath)) return []
  return readdirSync(snapshotsPath).filter((name) => /^\d+$/.test(name))
}
