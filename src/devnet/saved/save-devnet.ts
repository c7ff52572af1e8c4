/** Saves a devnet into a bundle, whether it runs, which it then does again, or not. */

import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { defineError } from '../../errors/beacon-error.ts'
import { askSupervisor, isRunning } from '../control-client.ts'
import { CONTROL_REQUEST_INVALID, ControlSocket } from '../control-socket.ts'
import type { DevnetFolder } from '../folder.ts'
import { storedOptions } from '../options.ts'
import { planDevnet } from '../plan.ts'
import { readGenesisParts } from '../stored-genesis.ts'
import { checkWritable, packBundle } from './bundle.ts'
import type { Manifest } from './manifest.ts'
import { clearLeftovers, TEMPORARY_PREFIX } from './restore.ts'
import { readManifest, saveNetwork } from './save.ts'

export const DEVNET_UNKNOWN = defineError<{ name: string; path: string }>({
  code: 'D605',
  name: 'DEVNET_UNKNOWN',
  kind: 'user',
  message: ({ name, path }) => `there is no devnet '${name}' in ${path}`,
  hint: () => '`beacon devnet list` shows those that there are; --dir names another folder',
})

export interface SavedBundle {
  readonly manifest: Manifest
  /** Of the file. */
  readonly bytes: number
  readonly wasRunning: boolean
}

export async function saveDevnet(
  folder: DevnetFolder,
  file: string,
  timeoutMs: number,
): Promise<SavedBundle> {
  if (!existsSync(folder.configFile)) throw DEVNET_UNKNOWN({ name: folder.name, path: folder.path })
  await checkWritable(file)
  const wasRunning = await isRunning(folder.path)
  const temporary = mkdtempSync(join(folder.path, TEMPORARY_PREFIX))
  const saved = join(temporary, 'saved')
  try {
    if (wasRunning) await askSupervisor(folder.path, 'save', { target: saved }, timeoutMs)
    else await saveStopped(folder, saved)
    return { manifest: await readManifest(saved), bytes: await packBundle(saved, file), wasRunning }
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

/** Holds the lock meanwhile, so that nobody starts it. */
async function saveStopped(folder: DevnetFolder, target: string): Promise<void> {
  const lock = await ControlSocket.acquire(folder.path, async () => {
    throw CONTROL_REQUEST_INVALID({ reason: 'the network is being saved' })
  })
  try {
    clearLeftovers(folder)
    const plan = planDevnet(storedOptions(folder, {})!, readGenesisParts(folder.genesisFile))
    await saveNetwork(folder, plan, target)
  } finally {
    await lock.close()
  }
}
