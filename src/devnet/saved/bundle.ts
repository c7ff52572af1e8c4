/** A saved network as one file, for caches and colleagues: a gzipped tar. What comes out of one was checked against its manifest. */

import { createWriteStream, existsSync, statSync } from 'node:fs'
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join, normalize, relative, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { create, extract, type ReadEntry } from 'tar'
import { diskError } from '../folder.ts'
import { MANIFEST_FILE, type Manifest, NETWORK_FOLDER, SAVED_DAMAGED } from './manifest.ts'
import { describeFiles } from './network-files.ts'
import { readManifest } from './save.ts'

/** No devnet comes near; a bundle from a stranger must not fill the disk. */
const UNPACKED_BYTES_MAX = 16 * 1024 ** 3
const ENTRIES_MAX = 250_000
/** Of the files that are read as a whole, which have some kilobytes. */
const JSON_BYTES_MAX = 64 * 1024 ** 2
const READ_AS_A_WHOLE = [
  MANIFEST_FILE,
  join(NETWORK_FOLDER, 'config.json'),
  join(NETWORK_FOLDER, 'genesis.json'),
]

/** Throws FOLDER_UNWRITABLE or DISK_FULL if `file` can't be made, which is better known before a network is stopped for it. */
export async function checkWritable(file: string): Promise<void> {
  const unfinished = unfinishedOf(file)
  try {
    await writeFile(unfinished, '')
    await rm(unfinished)
    if (existsSync(file) && !statSync(file).isFile()) throw new Error('it is no file')
  } catch (cause) {
    throw diskError(file, cause)
  }
}

/** Makes `file` as a whole or not at all; returns its size in bytes. */
export async function packBundle(saved: string, file: string): Promise<number> {
  const unfinished = unfinishedOf(file)
  try {
    const archive = create({ gzip: true, portable: true, cwd: saved }, [MANIFEST_FILE, NETWORK_FOLDER])
    await pipeline(archive, createWriteStream(unfinished, { mode: 0o600 }))
    await rename(unfinished, file)
    return (await stat(file)).size
  } catch (cause) {
    await rm(unfinished, { force: true }).catch(() => {})
    throw diskError(file, cause)
  }
}

function unfinishedOf(file: string): string {
  return `${resolve(file)}.${process.pid}.tmp`
}

/** Unpacks into `target`, which is made, and checks every file. Throws SAVED_TOO_NEW or SAVED_DAMAGED. */
export async function unpackBundle(file: string, target: string): Promise<Manifest> {
  await mkdir(target, { recursive: true, mode: 0o700 })
  await extractTo(file, target)
  const manifest = await readManifest(target, file).catch((cause) => {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
    throw SAVED_DAMAGED({ path: file, reason: `it has no ${MANIFEST_FILE}` }, cause)
  })
  await checkFiles(file, join(target, NETWORK_FOLDER), manifest)
  return manifest
}

async function extractTo(file: string, target: string): Promise<void> {
  const bounds = new Bounds()
  try {
    await extract({ file, cwd: target, strict: true, filter: (_, entry) => bounds.admit(entry as ReadEntry) })
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'ENOSPC' || code === 'EDQUOT') throw diskError(target, cause)
    throw SAVED_DAMAGED({ path: file, reason: message }, cause)
  }
  if (bounds.broken !== null) throw SAVED_DAMAGED({ path: file, reason: bounds.broken })
}

/** Admits files and folders, up to so many and so large. */
class Bounds {
  broken: string | null = null
  #entries = 0
  #bytes = 0

  admit({ type, path, size }: ReadEntry): boolean {
    this.#entries += 1
    this.#bytes += size
    if (type !== 'File' && type !== 'OldFile' && type !== 'Directory') this.broken ??= `${path} is no file`
    if (size > JSON_BYTES_MAX && READ_AS_A_WHOLE.includes(normalize(path))) {
      this.broken ??= `${path} has more than ${JSON_BYTES_MAX} bytes`
    }
    if (this.#entries > ENTRIES_MAX) this.broken ??= `it has more than ${ENTRIES_MAX} files`
    if (this.#bytes > UNPACKED_BYTES_MAX) this.broken ??= `it has more than ${UNPACKED_BYTES_MAX} bytes`
    return this.broken === null
  }
}

async function checkFiles(file: string, network: string, { files: promised }: Manifest): Promise<void> {
  const entries = await readdir(network, { recursive: true, withFileTypes: true }).catch(() => [])
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(network, join(entry.parentPath, entry.name)).split(sep).join('/'))
  const found = await describeFiles(network, paths)
  const damaged = (path: string, what: string) => SAVED_DAMAGED({ path: file, reason: `${path} ${what}` })
  for (const path of paths) if (!Object.hasOwn(promised, path)) throw damaged(path, 'is not in its manifest')
  for (const [path, { bytes, sha256 }] of Object.entries(promised)) {
    if (!Object.hasOwn(found, path)) throw damaged(path, 'is missing')
    if (found[path]!.bytes !== bytes || found[path]!.sha256 !== sha256) throw damaged(path, 'is damaged')
  }
}
