/** All artifacts below some folders. Folders that aren't there have none; files that are no artifact are passed over. */

import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Artifact, readArtifact } from './artifact.ts'

/** Inputs and outputs of whole compilations: large, and no artifacts. */
const NOT_ARTIFACTS = /\.dbg\.json$|(^|[\\/])(build-info|cache)[\\/]/

export async function readArtifacts(folders: readonly string[]): Promise<Artifact[]> {
  const artifacts: Artifact[] = []
  for (const folder of folders) {
    for (const file of await artifactFiles(folder)) {
      const artifact = readArtifact(await readJson(file), basename(file, '.json'))
      if (artifact !== null) artifacts.push(artifact)
    }
  }
  return artifacts
}

/** In the order of their names, so that the same of two equal contracts names both. */
async function artifactFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(ifMissing)
  const wanted = names.filter((name) => name.endsWith('.json') && !NOT_ARTIFACTS.test(name))
  return wanted.sort().map((name) => join(folder, name))
}

function ifMissing(cause: NodeJS.ErrnoException): string[] {
  if (cause.code === 'ENOENT') return []
  throw cause
}

/** Undefined if it is no JSON: a compiler may just be writing it. */
async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch {
    return undefined
  }
}
