/**
 * Takes a stopped devnet back to a saved network, as a new fork of it. Everything is made ready beside the network's files first, and then
 * moved into their places; if that is interrupted, the next start finishes it. So a network is either the one of before or the restored one.
 */

import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Fork } from '../../primitives/forks.ts'
import { type DevnetFolder, readJsonFile, writeJsonFile } from '../folder.ts'
import { defaultPorts, parseOptions } from '../options.ts'
import { readForks } from '../stored-genesis.ts'
import { type Manifest, NETWORK_FOLDER } from './manifest.ts'
import { copyFiles } from './network-files.ts'

/** Of folders in a devnet's that are in the making, and worth nothing to anyone but their maker. */
export const TEMPORARY_PREFIX = 'tmp-'
const UNFINISHED = `${TEMPORARY_PREFIX}restoring`
/** Ready to be moved into its places. */
const READY = 'restoring'

/** The id of the fork that begins is above those of all that the devnet has had, abandoned ones among them. */
export async function restoreNetwork(folder: DevnetFolder, saved: string, manifest: Manifest): Promise<void> {
  const unfinished = join(folder.path, UNFINISHED)
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true, mode: 0o700 })
  await copyFiles(join(saved, NETWORK_FOLDER), unfinished, Object.keys(manifest.files))
  giveName(join(unfinished, basename(folder.configFile)), folder.name)
  addFork(join(unfinished, basename(folder.genesisFile)), manifest, readForks(folder.genesisFile))
  await rename(unfinished, join(folder.path, READY))
  moveIntoPlace(folder)
}

/** Does what an interrupted restoration has left to do, which as a rule is nothing, and removes what else was left. With the lock held. */
export function clearLeftovers(folder: DevnetFolder): void {
  moveIntoPlace(folder)
  for (const name of readdirSync(folder.path)) {
    if (name.startsWith(TEMPORARY_PREFIX)) rmSync(join(folder.path, name), { recursive: true, force: true })
  }
}

function moveIntoPlace({ path, configFile, genesisFile, nodesPath }: DevnetFolder): void {
  const ready = join(path, READY)
  if (!existsSync(ready)) return
  for (const target of [nodesPath, genesisFile, configFile]) {
    const source = join(ready, basename(target))
    if (!existsSync(source)) continue
    rmSync(target, { recursive: true, force: true })
    renameSync(source, target)
  }
  rmSync(ready, { recursive: true })
}

/** It may have been saved under another one. */
function giveName(configFile: string, name: string): void {
  const options = parseOptions(configFile, readJsonFile(configFile))
  if (options.name === name) return
  writeJsonFile(configFile, { ...options, name, ports: defaultPorts(name) })
}

function addFork(genesisFile: string, { positions }: Manifest, known: readonly Fork[]): void {
  const forks = readForks(genesisFile)
  const id = 1 + [...forks, ...known].reduce((highest, fork) => Math.max(highest, fork.id), 0)
  const genesis = readJsonFile(genesisFile) as object
  writeJsonFile(genesisFile, { ...genesis, forks: [...forks, { id, after: positions }] })
}
