/** WASM components as JavaScript can call them: translated once, instantiated as often as needed. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { FUEL_EXPORT } from './metering/meter-module.ts'
import type { TranslatedComponent } from './translate.ts'
import type { Translation } from './translator-worker.ts'
import { instanceOf, moduleOf } from './webassembly.ts'

type Interface = Readonly<Record<string, unknown>>

export interface ComponentInstance {
  /** By name. */
  readonly interfaces: Readonly<Record<string, Interface>>
  /** It trapped because it had used up its fuel. */
  readonly isOutOfFuel: boolean
}

export interface Component {
  /** Interfaces that it can't be without. */
  readonly imports: readonly string[]
  /** A new instance, with a memory and fuel of its own. Throws if it traps at once. */
  instantiate(imports: Readonly<Record<string, object>>): ComponentInstance
}

interface Glue {
  instantiate(
    core: (file: string) => WebAssembly.Module,
    imports: Readonly<Record<string, object>>,
    instantiateCore: (module: WebAssembly.Module, imports: object) => WebAssembly.Instance,
  ): Readonly<Record<string, Interface>>
}

export interface ComponentFiles {
  /** Of a component that was translated when this installation was built. */
  readonly shipped: string
  /** The entry translator-worker.ts. */
  readonly translator: URL
}

/** Of the shipped component, beside its glue and its modules. */
export const COMPONENT_FILE = 'runtime.wasm'
export const GLUE_FILE = 'runtime.js'
export const IMPORTS_FILE = 'imports.json'

/** The bytes aren't a component, or have what isn't allowed in consensus. */
export class NotAComponent extends Error {
  override readonly name = 'NotAComponent'
}

/** Rejects with NotAComponent, whatever machine this is. */
export async function loadComponent(code: Uint8Array, files: ComponentFiles): Promise<Component> {
  return load(
    isShipped(code, files.shipped)
      ? readShipped(files.shipped)
      : await translateInThread(code, files.translator),
  )
}

/** Whatever component `folder` has since this installation was built. */
export function loadShipped(folder: string): Promise<Component> {
  return load(readShipped(folder))
}

async function load(translated: TranslatedComponent): Promise<Component> {
  const { imports } = translated
  const encoded = Buffer.from(translated.glue).toString('base64')
  const glue = (await import(`data:text/javascript;base64,${encoded}`)) as Glue
  const modules = new Map(Array.from(translated.modules, ([file, bytes]) => [file, compile(bytes)]))
  return { imports, instantiate: (given) => instantiate(glue, modules, given) }
}

function instantiate(
  glue: Glue,
  modules: ReadonlyMap<string, WebAssembly.Module>,
  imports: Readonly<Record<string, object>>,
): ComponentInstance {
  const cores: WebAssembly.Instance[] = []
  const interfaces = glue.instantiate(
    (file) => modules.get(file)!,
    imports,
    (module, coreImports) => {
      const core = instanceOf(module, coreImports)
      cores.push(core)
      return core
    },
  )
  return {
    interfaces,
    get isOutOfFuel() {
      return cores.some(({ exports }) => (exports[FUEL_EXPORT] as { readonly value: bigint }).value < 0n)
    },
  }
}

function compile(bytes: Uint8Array): WebAssembly.Module {
  try {
    return moduleOf(bytes)
  } catch (error) {
    throw new NotAComponent((error as Error).message)
  }
}

function isShipped(code: Uint8Array, folder: string): boolean {
  const shipped = join(folder, COMPONENT_FILE)
  return existsSync(shipped) && readFileSync(shipped).equals(code)
}

function readShipped(folder: string): TranslatedComponent {
  const names = readdirSync(folder).filter((name) => name.endsWith('.wasm') && name !== COMPONENT_FILE)
  return {
    glue: readFileSync(join(folder, GLUE_FILE), 'utf8'),
    modules: new Map(names.map((name) => [name, readFileSync(join(folder, name))])),
    imports: JSON.parse(readFileSync(join(folder, IMPORTS_FILE), 'utf8')) as string[],
  }
}

async function translateInThread(code: Uint8Array, translator: URL): Promise<TranslatedComponent> {
  const thread = new Worker(translator, { workerData: code, name: 'translator' })
  const { promise, resolve, reject } = Promise.withResolvers<Translation>()
  thread.once('message', resolve)
  thread.once('error', reject)
  thread.once('exit', (status) => reject(new Error(`the translator ended with ${status}`)))
  const translation = await promise
  if (!translation.ok) throw new NotAComponent(translation.reason)
  return translation.translated
}
