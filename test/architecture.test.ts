/** What reviews would else have to look for: who imports whom, what protocol code may touch, and that no error code repeats. */

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { test } from 'node:test'
import { definedErrors } from '../src/errors/beacon-error.ts'

const SOURCES = join(import.meta.dirname, '../src')

/** Folders, from the bottom up, and what each may import besides itself. A new edge is argued in the commit that adds it here. */
const BASE = ['primitives', 'errors']
const OUTSIDE = ['platform', ...BASE]
const CHAIN = ['consensus', 'state', 'rpc', ...OUTSIDE]
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  primitives: [],
  platform: BASE,
  // Of the Beacon Layer the bounds that it keeps to, so that a configuration is refused before a network is.
  config: ['beacon', ...BASE],
  state: OUTSIDE,
  network: OUTSIDE,
  rpc: OUTSIDE,
  consensus: OUTSIDE,
  settlement: ['rpc', ...OUTSIDE],
  beacon: CHAIN,
  rollup: CHAIN,
  devnet: ['beacon', 'settlement', 'config', 'rpc', ...OUTSIDE],
  // The whole network in one process.
  simulation: ['nodes', 'network', 'beacon', 'rollup', 'settlement', 'config', 'devnet', ...CHAIN],
  nodes: ['network', 'beacon', 'rollup', 'settlement', 'config', ...CHAIN],
  // Commands ask where the project is and what it says; they load it only then.
  cli: ['project', 'plugin', 'config', 'devnet', 'beacon', 'rollup', 'settlement', ...CHAIN],
  // What the commands ask of a network, tests ask of it too.
  testing: ['project', 'cli', 'config', 'devnet', 'simulation', 'rpc', ...BASE],
  // A task asks of a running network what commands ask of it.
  plugin: ['cli', 'config', 'devnet', 'rpc', ...BASE],
  tasks: ['plugin', 'cli', 'config', 'devnet', 'beacon', 'rpc', ...BASE],
  project: ['tasks', 'plugin', 'config', ...BASE],
  conformance: ['project', 'plugin', 'config', ...BASE],
  index: ['conformance', 'project', 'tasks', 'plugin', 'cli', 'config', 'devnet', 'rpc', ...BASE],
  command: ['cli'],
  // A console has at hand what tests have.
  commands: ['testing', 'project', 'tasks', 'plugin', 'config', 'cli', 'devnet', 'rollup', ...BASE],
}

/** Of consensus, the chains know its values and ports but not the protocol. */
const CONSENSUS_VALUES = ['application', 'block', 'block-source', 'committee', 'header', 'vote']
/** Of the Beacon Layer, a devnet knows how it begins, and a configuration what may be asked of it. */
const BEACON_BEGINNING = ['genesis', 'genesis-json', 'params']
const BEACON_BOUNDS = ['params', 'rollup-rules']

/** What may happen differently each time, and so enters these folders through platform/ports.ts only. */
const PROTOCOL_FOLDERS = ['consensus', 'beacon', 'rollup', 'state', 'nodes', 'settlement']
/** Where a node's process gets them from, and what a devnet or a command line does rather than a node. */
const OUTSIDE_PROTOCOL = [
  'nodes/main.ts',
  'nodes/seat-worker.ts',
  'nodes/system-platform.ts',
  'nodes/instance-logs.ts',
  'nodes/stored-positions.ts',
  'settlement/anvil.ts',
  'settlement/anvil-state.ts',
  'settlement/payment.ts',
]
const NONDETERMINISM = [
  /\bDate\.now\b/,
  /\bnew Date\(\)/,
  /\bMath\.random\b/,
  /\bperformance\.now\b/,
  /\b(setTimeout|setInterval|setImmediate)\(/,
  /\b(randomBytes|randomUUID|getRandomValues)\b/,
]

/** Whole statements, for an import may take several lines; importing types only is harmless. */
const OUTSIDE_WORLD =
  /\bimport\b(?!\s+type\b)[^;'"]*?'node:(?:fs|net|tls|http|https|http2|dgram|dns|timers|child_process|worker_threads)(?:\/promises)?'/g

/** The real forms of the ports. */
const SYSTEM_PORTS = ['system', 'level-store', 'record-log', 'logger'].map((name) => `platform/${name}.ts`)

/** What a process begins with. */
const ENTRY = /(^|\/)(main|[a-z-]+-worker)\.ts$/

/** Which letter an error code begins with. */
const CODE_LETTERS: Readonly<Record<string, string>> = {
  commands: 'C',
  cli: 'C',
  devnet: 'D',
  rollup: 'R',
  beacon: 'B',
  consensus: 'E',
  network: 'N',
  rpc: 'N',
  settlement: 'S',
  nodes: 'K',
  simulation: 'K',
  config: 'C',
  platform: 'P',
  state: 'P',
  testing: 'T',
  plugin: 'X',
  tasks: 'X',
  conformance: 'X',
}

interface Source {
  /** Relative to src, with slashes. */
  readonly path: string
  readonly folder: string
  readonly text: string
  /** Paths of the sources that it imports, types included. */
  readonly imports: readonly string[]
}

const sources = readSources()

test('folders import only what they may', () => {
  const forbidden = sources.flatMap(({ path, folder, imports }) =>
    imports.filter((to) => !mayImport(folder, to)).map((to) => `${path} imports ${to}`),
  )
  assert.deepEqual(forbidden, [])
})

test('no module imports itself over others, types included', () => {
  const byPath = new Map(sources.map((source) => [source.path, source]))
  const finished = new Set<string>()
  const visit = (path: string, way: readonly string[]): void => {
    const start = way.indexOf(path)
    if (start >= 0) assert.fail(`import cycle: ${[...way.slice(start), path].join(' -> ')}`)
    if (finished.has(path)) return
    for (const next of byPath.get(path)?.imports ?? []) visit(next, [...way, path])
    finished.add(path)
  }
  for (const { path } of sources) visit(path, [])
})

test('every import leads to a file', () => {
  const paths = new Set(sources.map(({ path }) => path))
  const dangling = sources.flatMap(({ path, imports }) =>
    imports.filter((to) => to.endsWith('.ts') && !paths.has(to)).map((to) => `${path} imports ${to}`),
  )
  assert.deepEqual(dangling, [])
})

test('zod is imported as a namespace, of which a bundle keeps what is used: named, all of its languages come along', () => {
  const named = sources.filter(({ text }) => /import (?!type)\{[^}]*\} from 'zod'/.test(text))
  assert.deepEqual(
    named.map(({ path }) => path),
    [],
  )
})

const testFiles = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.ts'))
  .map((path) => ({ path, text: readFileSync(join(import.meta.dirname, path), 'utf8') }))

test('test files await at their top before their first test: the runner exits when all tests that it knows are over', () => {
  const late = testFiles.filter(({ text }) => {
    const lines = text.split('\n')
    const first = lines.findIndex((line) => /^(test|describe|fuzz)\(/.test(line))
    return (
      first >= 0 && lines.slice(first).some((line) => /^(await|(const|let) .*= await|for await)\b/.test(line))
    )
  })
  assert.deepEqual(
    late.map(({ path }) => path),
    [],
  )
})

test('protocol code has no clock, timer, randomness, disk or socket of its own', () => {
  const found = sources
    .filter(({ folder, path }) => PROTOCOL_FOLDERS.includes(folder) && !OUTSIDE_PROTOCOL.includes(path))
    .flatMap(({ path, text }) => {
      const lines = codeLines(text).filter((line) => !/^\s*import type\b/.test(line))
      const ports = importsOf(path, lines.join('\n')).filter((to) => SYSTEM_PORTS.includes(to))
      const impure = lines.filter((line) => NONDETERMINISM.some((pattern) => pattern.test(line)))
      const imported = lines.join('\n').match(OUTSIDE_WORLD) ?? []
      return [...impure, ...imported, ...ports].map((code) => `${path}: ${code.trim()}`)
    })
  assert.deepEqual(found, [])
})

test('no error code repeats, and each has the letter of its folder', async () => {
  const codes = new Map<string, string>()
  for (const { path, folder, text } of sources) {
    if (folder === 'errors') continue
    for (const [, code] of text.matchAll(/\bcode: '([A-Z]\d{3})'/g)) {
      assert.ok(!codes.has(code!), `${code} is in ${codes.get(code!)} and in ${path}`)
      assert.equal(code![0], CODE_LETTERS[folder], `${code} in ${path}`)
      codes.set(code!, path)
    }
  }
  // defineError throws if two loaded modules share a code. Entries are left out: loading one starts it.
  const describing = sources.filter(({ path, text }) => /\bdefineError\b/.test(text) && !ENTRY.test(path))
  for (const { path } of describing) await import(join(SOURCES, path))
  const undescribed = describing.flatMap(({ path }) =>
    [...codes].filter(([code, at]) => at === path && !definedErrors().has(code)),
  )
  assert.deepEqual(undescribed, [])
})

function mayImport(folder: string, to: string): boolean {
  const target = folderOf(to)
  if (target === folder) return true
  if (!ALLOWED[folder]?.includes(target)) return false
  const module = to.slice(target.length + 1).replace(/\.ts$/, '')
  if (target === 'consensus' && (folder === 'beacon' || folder === 'rollup')) {
    return CONSENSUS_VALUES.includes(module)
  }
  if (target === 'beacon' && folder === 'config') return BEACON_BOUNDS.includes(module)
  return target !== 'beacon' || folder !== 'devnet' || BEACON_BEGINNING.includes(module)
}

function readSources(): Source[] {
  return readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(sep).join('/'))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((path) => {
      const text = readFileSync(join(SOURCES, path), 'utf8')
      return { path, folder: folderOf(path), text, imports: importsOf(path, text) }
    })
}

/** Static, dynamic and type imports and re-exports, as long as they name a relative path; those in examples are none. */
function importsOf(path: string, text: string): string[] {
  const specifiers = codeLines(text)
    .join('\n')
    .matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g)
  return [...specifiers].map(([, specifier]) =>
    relative(SOURCES, join(SOURCES, dirname(path), specifier!))
      .split(sep)
      .join('/'),
  )
}

/** A file at the top is a folder of its own. */
function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : path.replace(/\.ts$/, '')
}

function codeLines(text: string): string[] {
  return text.split('\n').filter((line) => !/^\s*(\/\/|\/\*|\*)/.test(line))
}
