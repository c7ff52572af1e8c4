/** Makes a component out of a runtime's sources, in whichever language they are. */

import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ExecaError } from 'execa'
import { installationRoot } from '../../devnet/installation.ts'
import { defineError } from '../../errors/beacon-error.ts'
import { type CheckedRuntime, checkRuntime } from './check-runtime.ts'
import { compileAssemblyScript } from './toolchain/compile-assemblyscript.ts'
import { componentize, RUNTIME_WORLD } from './toolchain/componentize.ts'

export type RuntimeLanguage = 'assemblyscript' | 'javascript'

export interface BuiltRuntime extends CheckedRuntime {
  readonly language: RuntimeLanguage
}

/** What of componentize-qjs is used. */
interface QuickJs {
  componentize(options: {
    readonly witPath: string
    readonly jsSource: string
    readonly world: string
    readonly sync: boolean
    readonly stubWasi: boolean
    readonly optSize: boolean
  }): Promise<{ readonly component: Uint8Array }>
}

export const NO_RUNTIME_SOURCES = defineError<{ folder: string }>({
  code: 'C318',
  name: 'NO_RUNTIME_SOURCES',
  kind: 'user',
  message: ({ folder }) => `${folder} has neither assembly/index.ts nor index.js`,
  hint: () => 'docs/runtime.md shows what a runtime is made of; copy the one that beacon ships to change it',
})

export const RUNTIME_TOOL_MISSING = defineError<{ tool: string; folder: string }>({
  code: 'C319',
  name: 'RUNTIME_TOOL_MISSING',
  kind: 'environment',
  message: ({ tool, folder }) => `${tool}, which builds it, is not installed in ${folder}`,
  hint: ({ tool }) => `npm install --save-dev ${tool}`,
})

export const RUNTIME_BUILD_FAILED = defineError<{ reason: string }>({
  code: 'C322',
  name: 'RUNTIME_BUILD_FAILED',
  kind: 'user',
  message: ({ reason }) => `it can't be built: ${reason}`,
  hint: () => 'mend what the compiler names, and build again',
})

const SOURCES: readonly (readonly [file: string, language: RuntimeLanguage, tool: string])[] = [
  ['assembly/index.ts', 'assemblyscript', 'assemblyscript'],
  ['index.js', 'javascript', 'componentize-qjs'],
]

/** Throws NO_RUNTIME_SOURCES, RUNTIME_TOOL_MISSING, RUNTIME_BUILD_FAILED, or NOT_A_RUNTIME. */
export async function buildRuntime(folder: string): Promise<BuiltRuntime> {
  const found = SOURCES.find(([file]) => existsSync(join(folder, file)))
  if (found === undefined) throw NO_RUNTIME_SOURCES({ folder })
  const [file, language, tool] = found
  const entry = join(folder, file)
  const installed = findTool(tool, folder)
  if (installed === null) throw RUNTIME_TOOL_MISSING({ tool, folder })
  const wit = join(installationRoot(), 'dist/runtime/beacon-runtime.wit')
  const build = language === 'assemblyscript' ? fromAssemblyScript : fromJavaScript
  const code = await build(entry, installed, wit).catch((cause: unknown) => {
    throw RUNTIME_BUILD_FAILED({ reason: reasonOf(cause) }, cause)
  })
  return { ...(await checkRuntime(code, folder)), language }
}

async function fromAssemblyScript(entry: string, manifest: string, wit: string): Promise<Uint8Array> {
  const core = await compileAssemblyScript(entry, join(dirname(manifest), 'bin/asc.js'))
  return componentize(core, readFileSync(wit, 'utf8'), RUNTIME_WORLD)
}

/** On QuickJS, which is part of the component then. */
async function fromJavaScript(entry: string, manifest: string, wit: string): Promise<Uint8Array> {
  const library = createRequire(manifest).resolve('componentize-qjs')
  const quickJs = (await import(pathToFileURL(library).href)) as QuickJs
  const options = { world: RUNTIME_WORLD.name, sync: true, stubWasi: true, optSize: true }
  const { component } = await quickJs.componentize({
    ...options,
    witPath: wit,
    jsSource: readFileSync(entry, 'utf8'),
  })
  return component
}

/** Its package.json: the sources' own, or else one that is beside beacon. */
function findTool(name: string, folder: string): string | null {
  for (const from of [join(resolve(folder), 'index.js'), import.meta.filename]) {
    try {
      return createRequire(from).resolve(`${name}/package.json`)
    } catch {}
  }
  return null
}

/** On one line. */
function reasonOf(cause: unknown): string {
  const text =
    cause instanceof ExecaError ? cause.stderr || cause.stdout || cause.shortMessage : describe(cause)
  const lines = String(text)
    .split('\n')
    .map((line) => line.trim())
  // The compilers draw frames around code, and begin with a colon where a script has no name.
  return lines
    .filter((line) => /\w/.test(line))
    .join(' ')
    .replace(/^: /, '')
}

function describe(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
