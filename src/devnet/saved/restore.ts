/**
 * Takes a stopped devnet back to a saved network, as a new fork of it. Everything is made ready beside the network's files first, and then
 * moved into their places; if that is interrupted, the next start finishes it. So a network is either the one of before or the restored one.
 */

import { existsSync, renameSync, rmSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Fork } from '../../primitives/forks.ts'
import { type DevnetFolder, readJsonFile, writeJsonFile } from '../folder.ts'
import { type Manifest, NETWORK_FOLDER } from './manifest.ts'
import { copyFiles } from './network-files.ts'

/** Being made ready; worth nothing. */
const UNFINISHED = 'restoring.tmp'
/** Ready to be moved into its places. */
const READY = 'restoring'

/** The id of the fork that begins is above those of all that the devnet has had, abandoned ones among them. */
export async function restoreNetwork(folder: DevnetFolder, saved: string, manifest: Manifest): Promise<void> {
  const unfinished = join(folder.path, UNFINISHED)
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true, mode: 0o700 })
  await copyFiles(join(saved, NETWORK_FOLDER), unfinished, Object.keys(manifest.files))
  addFork(join(unfinished, basename(folder.genesisFile)), manifest, readForks(folder.genesisFile))
  await rename(unfinished, join(folder.path, READY))
  finishRestoring(folder)
}

/** Does what an interrupted restoration has left to do; nothing, as a rule. */
export function finishRestoring({ path, configFile, genesisFile, nodesPath }: DevnetFolder): void {
  const ready = join(path, READY)
  rmSync(join(path, UNFINISHED), { recursive: true, force: true })
  if (!existsSync(ready)) return
  for (const target of [nodesPath, genesisFile, configFile]) {
    const source = join(ready, basename(target))
    if (!existsSync(source)) continue
    rmSync(target, { recursive: true, force: true })
    renameSync(source, target)
  }
  rmSync(ready, { recursive: true })
}

/** Of the network whose genesis file this is; none if there is no such file. */
export function readForks(genesisFile: string): readonly Fork[] {
  return (readJsonFile(genesisFile) as { forks?: readonly Fork[] } | undefined)?.forks ?? []
}

function addFork(genesisFile: string, { positions }: Manifest, known: readonly Fork[]): void {
  const forks = readForks(genesisFile)
  const id = 1 + Math.max(0, ...[...forks, ...known].map((fork) => fork.id))
  const genesis = readJsonFile(genesisFile) as object
  writeJsonFile(genesisFile, { ...genesis, forks: [...forks, { id, after: positions }] })
}
