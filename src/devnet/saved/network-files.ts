/**
 * Which files make up a network while it is stopped, and copies of them. Left out: logs, what is written anew at each start (keys, node
 * configurations, locks), and the write-ahead logs of votes, for a restored network is another fork, in which nothing has been signed yet.
 */

import { createHash } from 'node:crypto'
import { constants, createReadStream } from 'node:fs'
import { copyFile, mkdir, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { DevnetFolder } from '../folder.ts'
import type { SavedFile } from './manifest.ts'

const VOTE_LOG = /^\d+-\d+-\d+\.log$/
/** LevelDB's own diary and lock. */
const LEVEL_CHATTER = ['LOG', 'LOG.old', 'LOCK']

/** Paths in the devnet's folder, with slashes. */
export async function listNetworkFiles({
  path,
  configFile,
  genesisFile,
  nodesPath,
}: DevnetFolder): Promise<string[]> {
  const entries = await readdir(nodesPath, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return [configFile, genesisFile, ...files.filter((file) => isKept(relative(nodesPath, file)))]
    .map((file) => relative(path, file).split(sep).join('/'))
    .sort()
}

/** `file` is relative to the folder of all nodes: validators keep everything in `data`, the L1 is one file. */
function isKept(file: string): boolean {
  const [, second] = file.split(sep)
  const name = basename(file)
  if (second === 'state.json') return true
  return second === 'data' && !VOTE_LOG.test(name) && !LEVEL_CHATTER.includes(name)
}

/** Copies `files` from one folder to another, as clones where the file system has such. */
export async function copyFiles(from: string, to: string, files: readonly string[]): Promise<void> {
  for (const file of files) {
    const target = join(to, file)
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    await copyFile(join(from, file), target, constants.COPYFILE_FICLONE)
  }
}

export async function describeFiles(
  root: string,
  files: readonly string[],
): Promise<Record<string, SavedFile>> {
  const described: Record<string, SavedFile> = {}
  for (const file of files) described[file] = await describeFile(join(root, file))
  return described
}

async function describeFile(path: string): Promise<SavedFile> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return { bytes: (await stat(path)).size, sha256: hash.digest('hex') }
}
