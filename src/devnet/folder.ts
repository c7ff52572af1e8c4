/**
 * A devnet's folder, `.beacon/<name>/`: where everything lives and how it is written. Files that others read appear whole or not at
 * all; key files are readable by their owner only; a disk that is full or not ours is told in one sentence.
 */

import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DEVNET_NAME_PATTERN } from '../config/limits.ts'
import { type BeaconError, defineError } from '../errors/beacon-error.ts'
import { makeFolder } from '../platform/make-folder.ts'

export const DEVNET_NAME_INVALID = defineError<{ name: string }>({
  code: 'D201',
  name: 'DEVNET_NAME_INVALID',
  kind: 'user',
  message: ({ name }) => `'${name}' can't name a devnet`,
  hint: () => 'use up to 32 lower-case letters, digits and dashes, starting with a letter or digit',
})

export const FOLDER_UNWRITABLE = defineError<{ path: string; reason: string }>({
  code: 'D202',
  name: 'FOLDER_UNWRITABLE',
  kind: 'environment',
  message: ({ path, reason }) => `${path} can't be written: ${reason}`,
  hint: () => 'pass --dir or set BEACON_HOME to a folder that you can write to',
})

export const DISK_FULL = defineError<{ path: string }>({
  code: 'D203',
  name: 'DISK_FULL',
  kind: 'environment',
  message: ({ path }) => `the disk is full: ${path} could not be written`,
  hint: () => 'free some space; `beacon devnet prune` removes stopped devnets',
})

export const FILE_DAMAGED = defineError<{ path: string; reason: string }>({
  code: 'D205',
  name: 'FILE_DAMAGED',
  kind: 'environment',
  message: ({ path, reason }) => `${path} can't be read: ${reason}`,
  hint: () => '`beacon devnet up --fresh` makes the devnet anew',
})

/** Paths of one devnet; nothing is made until {@link createDevnetFolder}. */
export interface DevnetFolder {
  readonly name: string
  readonly path: string
  readonly configFile: string
  readonly genesisFile: string
  readonly endpointsFile: string
  readonly logsPath: string
  readonly nodesPath: string
  readonly snapshotsPath: string
  logFile(process: string): string
  nodePath(process: string): string
}

/** The folder that holds all devnets: `--dir`, else BEACON_HOME, else `.beacon` in `base`, which is the project or where one is. */
export function devnetsRoot(dir?: string, base = '.'): string {
  return resolve(dir ?? (process.env.BEACON_HOME || join(base, '.beacon')))
}

export function devnetFolder(root: string, name: string): DevnetFolder {
  if (!DEVNET_NAME_PATTERN.test(name)) throw DEVNET_NAME_INVALID({ name })
  const path = join(root, name)
  return {
    name,
    path,
    configFile: join(path, 'config.json'),
    genesisFile: join(path, 'genesis.json'),
    endpointsFile: join(path, 'endpoints.json'),
    logsPath: join(path, 'logs'),
    nodesPath: join(path, 'nodes'),
    snapshotsPath: join(path, 'snapshots'),
    logFile: (name) => join(path, 'logs', `${name}.log`),
    nodePath: (name) => join(path, 'nodes', name),
  }
}

/** Makes the folder and its parts; what exists stays. */
export function createDevnetFolder(folder: DevnetFolder): void {
  writing(folder.path, () => {
    makeFolder(folder.path, 0o700)
    makeFolder(folder.logsPath)
    makeFolder(folder.nodesPath, 0o700)
    // Keys and stores never belong into a project's history.
    writeFileSync(join(folder.path, '.gitignore'), '*\n')
  })
}

export function createNodeFolder(folder: DevnetFolder, process: string): string {
  const path = folder.nodePath(process)
  writing(path, () => makeFolder(path, 0o700))
  return path
}

/** Removes what makes up the network, while whoever calls holds its lock. */
export function emptyDevnetFolder(folder: DevnetFolder): void {
  const { configFile, genesisFile, endpointsFile, logsPath, nodesPath, snapshotsPath } = folder
  writing(folder.path, () => {
    // A supervisor of its own has its log open already: removed, it would go on writing to a file that nobody can read.
    const kept = folder.logFile('supervisor')
    const logs = readdirSync(logsPath).map((name) => join(logsPath, name))
    for (const path of [configFile, genesisFile, endpointsFile, nodesPath, snapshotsPath, ...logs]) {
      if (path !== kept) rmSync(path, { recursive: true, force: true })
    }
  })
  createDevnetFolder(folder)
}

/** Removes everything of a devnet; nothing happens if it doesn't exist. */
export function removeDevnetFolder(folder: DevnetFolder): void {
  writing(folder.path, () => rmSync(folder.path, { recursive: true, force: true }))
}

/** Names of the devnets under `root`, in alphabetical order. */
export function listDevnets(root: string): string[] {
  if (!existsSync(root)) return []
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && DEVNET_NAME_PATTERN.test(entry.name))
    .map((entry) => entry.name)
    .sort()
}

/** Replaces a file by `value`, so that a reader sees the old text or the new. Bigints become decimal strings. */
export function writeJsonFile(path: string, value: unknown, mode = 0o644): void {
  const text = JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? item.toString() : item), 2)
  writeTextFile(path, `${text}\n`, mode)
}

/** As {@link writeJsonFile}, of a text. */
export function writeTextFile(path: string, text: string, mode = 0o644): void {
  const temporary = `${path}.${process.pid}.tmp`
  writing(path, () => {
    try {
      writeFileSync(temporary, text, { mode })
      renameSync(temporary, path)
    } catch (cause) {
      rmSync(temporary, { force: true })
      throw cause
    }
  })
}

/** Undefined if there is no such file. */
export function readJsonFile(path: string): unknown {
  if (!existsSync(path)) return undefined
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw FILE_DAMAGED({ path, reason: reasonOf(cause) }, cause)
  }
}

/** Runs `write`, turning what the disk says into an error for people. */
function writing(path: string, write: () => void): void {
  try {
    write()
  } catch (cause) {
    throw diskError(path, cause)
  }
}

/** What the disk said, for people. */
export function diskError(path: string, cause: unknown): BeaconError {
  const { code } = cause as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') return DISK_FULL({ path }, cause)
  return FOLDER_UNWRITABLE({ path, reason: reasonOf(cause) }, cause)
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
