/**
 * Builds the Beacon Layer's runtime into a folder: AssemblyScript to a core module, that to a component of the world in
 * runtime/beacon-runtime.wit, and that to the JavaScript and the core modules that a node runs it with. The same sources give the same bytes;
 * runtime/runtime.lock.json says which. As a program it writes that file too.
 */

import { execFileSync } from 'node:child_process'
import { createHash, type Hash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { translateComponent } from '../src/platform/components/translate.ts'
import { renameExports } from './rename-exports.ts'

const root = join(import.meta.dirname, '..')
const sources = join(root, 'runtime')
const lockFile = join(sources, 'runtime.lock.json')
const require = createRequire(import.meta.url)

interface WasmTools {
  readonly $init: Promise<void>
  readonly tools: {
    componentEmbed(options: object): Uint8Array
    componentNew(binary: Uint8Array, adapters: readonly []): Uint8Array
  }
}

export interface RuntimeLock {
  readonly bytes: number
  readonly sha256: string
}

/** The canonical names, which AssemblyScript can't give to exports. */
const EXPORTS = {
  applyBlock: 'beacon:runtime/stf@0.1.0#apply-block',
  composeBlock: 'beacon:runtime/stf@0.1.0#compose-block',
}

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
  const component = await toComponent(compile(out))
  writeFileSync(join(out, 'runtime.wasm'), component)
  const { glue, modules } = await translateComponent(component)
  writeFileSync(join(out, 'runtime.js'), glue)
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

function compile(out: string): Uint8Array {
  const file = join(out, 'compiled.wasm')
  const asc = join(dirname(require.resolve('assemblyscript/package.json')), 'bin/asc.js')
  const options = ['-O3', '--noAssert', '--runtime', 'incremental', '--use', 'abort=', '--outFile', file]
  execFileSync(process.execPath, [asc, join(sources, 'assembly/index.ts'), ...options], { stdio: 'inherit' })
  const core = readFileSync(file)
  rmSync(file)
  return renameExports(core, EXPORTS)
}

async function toComponent(core: Uint8Array): Promise<Uint8Array> {
  const library = dirname(dirname(require.resolve('@bytecodealliance/jco-transpile')))
  const { $init, tools } = (await import(
    pathToFileURL(join(library, 'vendor/wasm-tools.js')).href
  )) as WasmTools
  await $init
  const embedded = tools.componentEmbed({
    binary: core,
    witSource: readFileSync(join(sources, 'beacon-runtime.wit'), 'utf8'),
    world: 'beacon-runtime',
    stringEncoding: 'utf8',
  })
  return tools.componentNew(embedded, [])
}

function digestOfSources(): string {
  const hash = createHash('sha256')
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') || file.endsWith('.wit'))
    .sort()
  for (const file of files) addFile(hash, file, join(sources, file))
  for (const script of ['build-runtime.ts', 'rename-exports.ts'])
    addFile(hash, script, join(import.meta.dirname, script))
  addFile(hash, 'packages', join(root, 'package-lock.json'))
  return hash.digest('hex')
}

function addFile(hash: Hash, name: string, path: string): void {
  hash.update(name).update('\0').update(readFileSync(path)).update('\0')
}

if (import.meta.main) {
  const out = join(root, 'dist/runtime')
  rmSync(out, { recursive: true, force: true })
  await buildRuntime(out, out)
  const lock = lockOf(readFileSync(join(out, 'runtime.wasm')))
  writeFileSync(lockFile, `${JSON.stringify(lock, null, 2)}\n`)
  process.stdout.write(`${lock.bytes} bytes, sha256 ${lock.sha256}\n`)
}
