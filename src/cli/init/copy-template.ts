/** Writes a template's files into a folder, with the project's own words filled in. Never overwrites: a file in the way is an error first. */

import { lstatSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { defineError, isBeaconError } from '../../errors/beacon-error.ts'
import { makeFolder } from '../../platform/make-folder.ts'

export const FILES_IN_THE_WAY = defineError<{ folder: string; files: readonly string[] }>({
  code: 'C601',
  name: 'FILES_IN_THE_WAY',
  kind: 'user',
  message: ({ folder, files }) => `${folder} has files that the project would overwrite: ${files.join(', ')}`,
  hint: () => 'give another folder, as in `beacon init my-app`, or move them away',
})

export const PROJECT_UNWRITABLE = defineError<{ folder: string; reason: string }>({
  code: 'C603',
  name: 'PROJECT_UNWRITABLE',
  kind: 'environment',
  message: ({ folder, reason }) => `can't write the project to ${folder}: ${reason}`,
  hint: () => 'give a folder that you may write to, on a disk with room',
})

/** What stands for what in files of templates, as in `__NAME__`. */
export type Words = Readonly<Record<string, string>>

interface ProjectFile {
  /** Relative to the project, with the system's separators. */
  readonly path: string
  readonly source: string
}

/** Returns the files that it wrote, relative to `folder`, with slashes. Throws FILES_IN_THE_WAY before it writes any. */
export function copyTemplate(template: string, folder: string, words: Words): string[] {
  const files = listFiles(template)
  try {
    const inTheWay = findInTheWay(folder, files)
    if (inTheWay.length > 0) throw FILES_IN_THE_WAY({ folder, files: inTheWay })
    for (const file of files) writeProjectFile(folder, file, words)
  } catch (cause) {
    if (isBeaconError(cause)) throw cause
    throw PROJECT_UNWRITABLE({ folder, reason: (cause as Error).message }, cause)
  }
  return files.map(({ path }) => path.split(sep).join('/'))
}

function listFiles(template: string): ProjectFile[] {
  return readdirSync(template, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => {
      // npm leaves files called .gitignore out of packages.
      const path = join(relative(template, parentPath), name.replace(/^_/, '.'))
      return { path, source: join(parentPath, name) }
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Files that there are, and whatever is no folder where one is needed; relative to `folder`. */
function findInTheWay(folder: string, files: readonly ProjectFile[]): string[] {
  const folders = new Set(files.flatMap(({ path }) => ancestorsOf(path)))
  const noFolders = [...folders].filter((path) => {
    const stats = statSync(join(folder, path), { throwIfNoEntry: false })
    return stats !== undefined && !stats.isDirectory()
  })
  if (noFolders.length > 0) return noFolders
  return files.map(({ path }) => path).filter((path) => isThere(join(folder, path)))
}

/** '.' and every folder that the file is in. */
function ancestorsOf(path: string): string[] {
  const parent = dirname(path)
  return parent === '.' ? ['.'] : [...ancestorsOf(parent), parent]
}

/** Also a link that leads nowhere. */
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

function writeProjectFile(folder: string, { path, source }: ProjectFile, words: Words): void {
  const target = resolve(folder, path)
  let text = readFileSync(source, 'utf8')
  for (const [word, value] of Object.entries(words)) text = text.replaceAll(`__${word}__`, value)
  const executable = statSync(source).mode & 0o111
  makeFolder(dirname(target))
  writeFileSync(target, text, { flag: 'wx', mode: 0o666 | executable })
}
