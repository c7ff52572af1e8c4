/**
 * Builds the Beacon Layer's runtime into a folder: AssemblyScript to a core module, that to a component of the world in
 * runtime/beacon-runtime.wit, and that to the JavaScript and the core modules that a node runs it with. The same sources give the same bytes;
 * runtime/runtime.lock.json says which. As a program it writes that file too.
 */

import { createHash, type Hash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { compileAssemblyScript } from '../src/cli/runtime/toolchain/compile-assemblyscript.ts'
import { componentize } from '../src/cli/runtime/toolchain/componentize.ts'
import { COMPONENT_FILE, GLUE_FILE, IMPORTS_FILE } from '../src/platform/components/load.ts'
import { translateComponent } from '../src/platform/components/translate.ts'

const root = join(import.meta.dirname, '..')
const sources = join(root, 'runtime')
const lockFile = join(sources, 'runtime.lock.json')
const require = createRequire(import.meta.url)

export interface RuntimeLock {
  readonly bytes: number
  readonly sha256: string
}

const WIT_FILE = 'beacon-runtime.wit'
/** Code that has a say in what comes out, besides the runtime's own. */
const FOLDERS = ['cli/runtime/toolchain', 'platform/components', 'platform/components/metering']
/** Of what was built from. */
const SOURCES_FILE = 'sources.sha256'

/** Into `out`, or from `before`, an earlier build's folder, if its sources were the same. */
export async function buildRuntime(out: string, before: string): Promise<void> {
  const digest = digestOfSources()
  const known = join(before, SOURCES_FILE)
  if (existsSync(known) && readFileSync(known, 'utf8') === digest) {
    cpSync(before, out, { recursive: true })
    return
  }
  mkdirSync(out, { recursive: true })
  const compiler = join(dirname(require.resolve('assemblyscript/package.json')), 'bin/asc.js')
  const core = await compileAssemblyScript(join(sources, 'assembly/index.ts'), compiler)
  const wit = readFileSync(join(sources, WIT_FILE), 'utf8')
  const component = await componentize(core, wit)
  writeFileSync(join(out, WIT_FILE), wit)
  writeFileSync(join(out, COMPONENT_FILE), component)
  const { glue, modules, imports } = await translateComponent(component)
  writeFileSync(join(out, GLUE_FILE), glue)
  writeFileSync(join(out, IMPORTS_FILE), JSON.stringify(imports))
  for (const [name, bytes] of modules) writeFileSync(join(out, name), bytes)
  writeFileSync(join(out, SOURCES_FILE), digest)
}

/** What the repository says that a build gives. */
export function readRuntimeLock(): RuntimeLock {
  return JSON.parse(readFileSync(lockFile, 'utf8')) as RuntimeLock
}

export function lockOf(component: Uint8Array): RuntimeLock {
  return { bytes: component.length, sha256: createHash('sha256').update(component).digest('hex') }
}

function digestOfSources(): string {
  const hash = createHash('sha256')
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') || file.endsWith('.wit'))
    .sort()
  for (const file of files) addFile(hash, file, join(sources, file))
  addFile(hash, 'script', import.meta.filename)
  for (const folder of FOLDERS) addFolder(hash, folder)
  addFile(hash, 'packages', join(root, 'package-lock.json'))
  return hash.digest('hex')
}

function addFolder(hash: Hash, folder: string): void {
  const path = join(root, 'src', folder)
  const files = readdirSync(path).filter((name) => name.endsWith('.ts'))
  for (const file of files.sort()) addFile(hash, file, join(path, file))
}

function addFile(hash: Hash, name: string, path: string): void {
  hash.update(name).update('\0').update(readFileSync(path)).update('\0')
}

if (import.meta.main) {
  const out = join(root, 'dist/runtime')
  rmSync(out, { recursive: true, force: true })
  await buildRuntime(out, out)
  const lock = lockOf(readFileSync(join(out, COMPONENT_FILE)))
  writeFileSync(lockFile, `${JSON.stringify(lock, null, 2)}\n`)
  process.stdout.write(`${lock.bytes} bytes, sha256 ${lock.sha256}\n`)
}
