/** Saves a stopped network into a folder, from which `restore.ts` makes it again. */

import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defineError } from '../../errors/beacon-error.ts'
import type { ChainPosition } from '../../primitives/forks.ts'
import type { NodeReport } from '../../primitives/process-messages.ts'
import { firstMessage } from '../first-word.ts'
import type { DevnetFolder } from '../folder.ts'
import { nodeProgram } from '../installation.ts'
import type { DevnetOptions } from '../options.ts'
import type { DevnetPlan } from '../plan.ts'
import { startProcess } from '../process.ts'
import { createManifest, MANIFEST_FILE, NETWORK_FOLDER, parseManifest } from './manifest.ts'
import { copyFiles, describeFiles, listNetworkFiles } from './network-files.ts'

export const L1_NOT_OURS = defineError<{ l1: string }>({
  code: 'D603',
  name: 'L1_NOT_OURS',
  kind: 'user',
  message: ({ l1 }) =>
    `the L1 at ${l1} is not part of the devnet, so it can't be saved with it, taken back, or moved in time`,
  hint: () => 'start the devnet with an L1 of its own (--l1 anvil), or without one (--l1 none)',
})

const POSITIONS_MS = 30_000

/** `target` is made as a whole, or not at all. The network must be stopped, and stay so. */
export async function saveNetwork(folder: DevnetFolder, plan: DevnetPlan, target: string): Promise<void> {
  checkL1(plan.options)
  const unfinished = `${target}.tmp`
  try {
    await rm(unfinished, { recursive: true, force: true })
    const copies = join(unfinished, NETWORK_FOLDER)
    await mkdir(copies, { recursive: true, mode: 0o700 })
    // First, for opening a store may change its files.
    const positions = await readPositions(folder, plan)
    const files = await listNetworkFiles(folder)
    await copyFiles(folder.path, copies, files)
    const described = await describeFiles(copies, files)
    const manifest = createManifest(folder.name, plan.genesisHash, positions, described)
    await writeFile(join(unfinished, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`)
    await rename(unfinished, target)
  } catch (cause) {
    await rm(unfinished, { recursive: true, force: true })
    throw cause
  }
}

/** Throws L1_NOT_OURS. */
export function checkL1({ l1 }: Pick<DevnetOptions, 'l1'>): void {
  if (l1 !== 'anvil' && l1 !== 'none') throw L1_NOT_OURS({ l1 })
}

/** What `saveNetwork` has written at `path`, which errors call `source`. */
export async function readManifest(path: string, source = path) {
  return parseManifest(source, await readFile(join(path, MANIFEST_FILE), 'utf8'))
}

/** Asked of a process of its own: only nodes know how their stores are made. */
async function readPositions(
  folder: DevnetFolder,
  { validators }: DevnetPlan,
): Promise<readonly ChainPosition[]> {
  const { command, args } = nodeProgram('positions')
  const running = await startProcess({
    name: 'positions',
    command,
    args: [...args, ...validators.map(({ process }) => join(folder.nodePath(process), 'data'))],
    logFile: folder.logFile('positions'),
    ipc: true,
  })
  const positions = await firstMessage(running, POSITIONS_MS, (message) => {
    const report = message as NodeReport
    return report.type === 'positions' ? report.positions : undefined
  })
  await running.exited
  return positions
}
