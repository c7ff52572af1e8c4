/** Core modules made into components of a world. */

import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { renameExports } from './rename-exports.ts'

interface WasmTools {
  readonly $init: Promise<void>
  readonly tools: {
    componentEmbed(options: object): Uint8Array
    componentNew(binary: Uint8Array, adapters: readonly []): Uint8Array
  }
}

export interface World {
  readonly name: string
  /** The canonical names, which AssemblyScript can't give to exports, by those that it has given. */
  readonly exports: Readonly<Record<string, string>>
}

export const RUNTIME_WORLD: World = {
  name: 'beacon-runtime',
  exports: {
    applyBlock: 'beacon:runtime/stf@0.1.0#apply-block',
    composeBlock: 'beacon:runtime/stf@0.1.0#compose-block',
  },
}

/** `wit` is the text that describes the world. Throws if the module doesn't fit it. */
export async function componentize(core: Uint8Array, wit: string, world: World): Promise<Uint8Array> {
  const { $init, tools } = await loadTools()
  await $init
  const embedded = tools.componentEmbed({
    binary: renameExports(core, world.exports),
    witSource: wit,
    world: world.name,
    stringEncoding: 'utf8',
  })
  return tools.componentNew(embedded, [])
}

/** They come with the translator, which doesn't export them. */
async function loadTools(): Promise<WasmTools> {
  const main = createRequire(import.meta.url).resolve('@bytecodealliance/jco-transpile')
  const tools = join(dirname(dirname(main)), 'vendor/wasm-tools.js')
  return (await import(pathToFileURL(tools).href)) as WasmTools
}
