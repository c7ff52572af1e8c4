/**
 * Builds the WASM components that Beacon ships, the Beacon Layer's runtime and the EVM, each into a folder: AssemblyScript to a core module, that to a
 * component of the world in its WIT file, and that to the JavaScript and the core modules that a node runs it with. The same sources give the same
 * bytes; a lock file beside them says which. As a program it writes those files too.
 */

import { createHash, type Hash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { compileAssemblyScript } from '../src/cli/runtime/toolchain/compile-assemblyscript.ts'
import { componentize, RUNTIME_WORLD, type World } from '../src/cli/runtime/toolchain/componentize.ts'
import { COMPONENT_FILE, GLUE_FILE, IMPORTS_FILE } from '../src/platform/components/load.ts'
import { translateComponent } from '../src/platform/components/translate.ts'

const root = join(import.meta.dirname, '..')
const require = createRequire(import.meta.url)

interface ShippedComponent {
  /** Of its sources in the repository. */
  readonly sources: string
  /** Of what is built of them in dist. */
  readonly folder: string
  /** Integers that the sources ask for. */
  readonly constants: Readonly<Record<string, number>>
  readonly wit: string
  readonly lock: string
  readonly world: World
  /** Gas, or something like it, bounds what it does, so that counting its instructions would do so twice. */
  readonly isSelfMetered: boolean
}

export const RUNTIME: ShippedComponent = {
  sources: 'runtime',
  folder: 'runtime',
  constants: {},
  wit: 'beacon-runtime.wit',
  lock: 'runtime.lock.json',
  world: RUNTIME_WORLD,
  isSelfMetered: false,
}

export const EVM: ShippedComponent = {
  sources: 'evm',
  folder: 'evm',
  constants: { TRACED: 0 },
  wit: 'beacon-evm.wit',
  lock: 'evm.lock.json',
  world: { name: 'beacon-evm', exports: { run: 'beacon:evm/vm@0.1.0#run' } },
  isSelfMetered: true,
}

/** The same, which tells what it does. */
export const TRACED_EVM: ShippedComponent = {
  ...EVM,
  folder: 'evm-traced',
  lock: 'evm-traced.lock.json',
  constants: { TRACED: 1 },
  world: { ...EVM.world, name: 'beacon-evm-traced' },
}

export const SHIPPED_COMPONENTS = [RUNTIME, EVM, TRACED_EVM]

export interface ComponentLock {
  readonly bytes: number
  readonly sha256: string
}

/** Code that has a say in what comes out, besides the component's own. */
const FOLDERS = ['cli/runtime/toolchain', 'platform/components', 'platform/components/metering']
/** Of what was built from. */
const SOURCES_FILE = 'sources.sha256'

/** Into its folder of `next`, or from that of `dist`, an earlier build, if its sources were the same. */
export async function buildComponent(component: ShippedComponent, next: string, dist: string): Promise<void> {
  const { sources, folder, constants, wit, world, isSelfMetered } = component
  const digest = digestOfSources(component)
  const out = join(next, folder)
  const known = join(dist, folder, SOURCES_FILE)
  if (existsSync(known) && readFileSync(known, 'utf8') === digest) {
    cpSync(join(dist, folder), out, { recursive: true })
    return
  }
  mkdirSync(out, { recursive: true })
  const compiler = join(dirname(require.resolve('assemblyscript/package.json')), 'bin/asc.js')
  const entry = join(root, sources, 'assembly/index.ts')
  const core = await compileAssemblyScript(entry, compiler, constants)
  const witSource = readFileSync(join(root, sources, wit), 'utf8')
  const code = await componentize(core, witSource, world)
  writeFileSync(join(out, wit), witSource)
  writeFileSync(join(out, COMPONENT_FILE), code)
  const { glue, modules, imports } = await translateComponent(code, { isMetered: !isSelfMetered })
  writeFileSync(join(out, GLUE_FILE), glue)
  writeFileSync(join(out, IMPORTS_FILE), JSON.stringify(imports))
  for (const [name, bytes] of modules) writeFileSync(join(out, name), bytes)
  writeFileSync(join(out, SOURCES_FILE), digest)
}

/** What the repository says that a build gives. */
export function readLock({ sources, lock }: ShippedComponent): ComponentLock {
  return JSON.parse(readFileSync(join(root, sources, lock), 'utf8')) as ComponentLock
}

export function lockOf(component: Uint8Array): ComponentLock {
  return { bytes: component.length, sha256: createHash('sha256').update(component).digest('hex') }
}

function digestOfSources({ sources }: ShippedComponent): string {
  const hash = createHash('sha256')
  const folder = join(root, sources)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') || file.endsWith('.wit'))
    .sort()
  for (const file of files) addFile(hash, file, join(folder, file))
  addFile(hash, 'script', import.meta.filename)
  for (const used of FOLDERS) addFolder(hash, used)
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
  const dist = join(root, 'dist')
  for (const component of SHIPPED_COMPONENTS) {
    const { sources, folder, lock } = component
    rmSync(join(dist, folder), { recursive: true, force: true })
    await buildComponent(component, dist, dist)
    const built = lockOf(readFileSync(join(dist, folder, COMPONENT_FILE)))
    writeFileSync(join(root, sources, lock), `${JSON.stringify(built, null, 2)}\n`)
    process.stdout.write(`${folder}: ${built.bytes} bytes, sha256 ${built.sha256}\n`)
  }
}
