/** Makes a stopped devnet out of a bundle, under any name; `devnet up` then goes on where it was saved. */

import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { BeaconGenesis } from '../../beacon/genesis.ts'
import { FORK_ID_MAX, genesisToJson, parseGenesisJson } from '../../beacon/genesis-json.ts'
import { defineError } from '../../errors/beacon-error.ts'
import { CONTROL_REQUEST_INVALID, ControlSocket } from '../control-socket.ts'
import { createDevnetFolder, type DevnetFolder, readJsonFile, removeDevnetFolder } from '../folder.ts'
import { parseOptions } from '../options.ts'
import { planDevnet } from '../plan.ts'
import { readForks } from '../stored-genesis.ts'
import { unpackBundle } from './bundle.ts'
import { type Manifest, NETWORK_FOLDER, SAVED_DAMAGED } from './manifest.ts'
import { clearLeftovers, restoreNetwork, TEMPORARY_PREFIX } from './restore.ts'
import { checkL1 } from './save.ts'

export interface LoadedNetwork {
  readonly manifest: Manifest
  /** What the network's signatures are bound to from now on. */
  readonly forkId: number
}

export const DEVNET_EXISTS = defineError<{ name: string; path: string }>({
  code: 'D606',
  name: 'DEVNET_EXISTS',
  kind: 'user',
  message: ({ name, path }) => `there is a devnet '${name}' already, in ${path}`,
  hint: () => 'pass --replace to lose it, or load under another --name',
})

export const SAVED_BY_ANOTHER = defineError<{ file: string; writtenBy: string }>({
  code: 'D607',
  name: 'SAVED_BY_ANOTHER',
  kind: 'user',
  message: ({ file, writtenBy }) =>
    `${file} was saved by ${writtenBy}, which gives the same seed another genesis than this version of beacon does`,
  hint: () => 'load it with the version that saved it, or make the network anew and save that',
})

/** Throws ALREADY_RUNNING, DEVNET_EXISTS, SAVED_TOO_NEW, SAVED_DAMAGED or SAVED_BY_ANOTHER; then everything is as it was. */
export async function loadNetwork(
  file: string,
  folder: DevnetFolder,
  { replace }: { readonly replace: boolean },
): Promise<LoadedNetwork> {
  const isNew = !existsSync(folder.path)
  createDevnetFolder(folder)
  const lock = await ControlSocket.acquire(folder.path, async () => {
    throw CONTROL_REQUEST_INVALID({ reason: 'a saved network is being loaded' })
  })
  try {
    clearLeftovers(folder)
    if (existsSync(folder.configFile) && !replace) {
      throw DEVNET_EXISTS({ name: folder.name, path: folder.path })
    }
    return await loadInto(file, folder)
  } catch (cause) {
    if (isNew) removeDevnetFolder(folder)
    throw cause
  } finally {
    await lock.close()
  }
}

async function loadInto(file: string, folder: DevnetFolder): Promise<LoadedNetwork> {
  const unpacked = mkdtempSync(join(folder.path, TEMPORARY_PREFIX))
  try {
    const manifest = await unpackBundle(file, unpacked)
    checkGenesis(file, join(unpacked, NETWORK_FOLDER), manifest)
    // Of another network, whose numbers begin anew.
    rmSync(folder.snapshotsPath, { recursive: true, force: true })
    await restoreNetwork(folder, unpacked, manifest)
    return { manifest, forkId: readForks(folder.genesisFile).at(-1)!.id }
  } finally {
    rmSync(unpacked, { recursive: true, force: true })
  }
}

/** What the first start would find out, but while the devnet of before is still there. */
function checkGenesis(file: string, network: string, { writtenBy }: Manifest): void {
  const options = readSaved(file, network, 'config.json', (value, path) => parseOptions(path, value))
  const genesis = readSaved(file, network, 'genesis.json', parseGenesis)
  // Nobody's file may say which L1 a key of ours pays on.
  checkL1(options)
  const planned = planDevnet(options, genesis).genesis
  if (!isDeepStrictEqual(genesisToJson(planned), genesisToJson(genesis))) {
    throw SAVED_BY_ANOTHER({ file, writtenBy })
  }
}

function readSaved<Value>(
  file: string,
  network: string,
  name: string,
  read: (value: unknown, path: string) => Value,
): Value {
  const path = join(network, name)
  try {
    return read(readJsonFile(path), path)
  } catch (cause) {
    throw SAVED_DAMAGED({ path: file, reason: `its ${name}: ${(cause as Error).message}` }, cause)
  }
}

/** One that another fork can be added to. */
function parseGenesis(value: unknown): BeaconGenesis {
  const genesis = parseGenesisJson(value)
  if (genesis.forks.some(({ id }) => id === FORK_ID_MAX)) throw new RangeError('it has had too many forks')
  return genesis
}
