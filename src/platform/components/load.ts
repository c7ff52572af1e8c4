/** WASM components as JavaScript can call them: translated once, instantiated as often as needed. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { TranslatedComponent } from './translate.ts'
import { moduleOf } from './webassembly.ts'

type Interface = Readonly<Record<string, unknown>>

export interface Component {
  /** A new instance, with a memory of its own: its interfaces by name. Throws if it imports what `imports` lacks. */
  instantiate(imports: Readonly<Record<string, object>>): Readonly<Record<string, Interface>>
}

interface Glue {
  instantiate(
    core: (file: string) => WebAssembly.Module,
    imports: Readonly<Record<string, object>>,
  ): Readonly<Record<string, Interface>>
}

export interface ComponentFiles {
  /** Of a component that was translated when this installation was built. */
  readonly shipped: string
  /** The entry translator-worker.ts. */
  readonly translator: URL
}

/** Rejects if the code isn't a component. */
export async function loadComponent(code: Uint8Array, files: ComponentFiles): Promise<Component> {
  const translated = readShipped(code, files.shipped) ?? (await translateInThread(code, files.translator))
  const glue = Buffer.from(translated.glue).toString('base64')
  const { instantiate } = (await import(`data:text/javascript;base64,${glue}`)) as Glue
  const modules = new Map(Array.from(translated.modules, ([file, bytes]) => [file, moduleOf(bytes)]))
  return { instantiate: (imports) => instantiate((file) => modules.get(file)!, imports) }
}

/** Null unless it is this code's. */
function readShipped(code: Uint8Array, folder: string): TranslatedComponent | null {
  const shipped = join(folder, 'runtime.wasm')
  if (!existsSync(shipped) || !readFileSync(shipped).equals(code)) return null
  const names = readdirSync(folder).filter(
    (name) => name.startsWith('runtime.core') && name.endsWith('.wasm'),
  )
  return {
    glue: readFileSync(join(folder, 'runtime.js'), 'utf8'),
    modules: new Map(names.map((name) => [name, readFileSync(join(folder, name))])),
  }
}

async function translateInThread(code: Uint8Array, translator: URL): Promise<TranslatedComponent> {
  const thread = new Worker(translator, { workerData: code, name: 'translator' })
  const { promise, resolve, reject } = Promise.withResolvers<TranslatedComponent>()
  thread.once('message', resolve)
  thread.once('error', reject)
  thread.once('exit', (status) => reject(new Error(`the translator ended with ${status}`)))
  return promise
}
