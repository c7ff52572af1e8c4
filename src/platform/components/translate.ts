/**
 * A WASM component translated to what JavaScript can run: core modules, and a module of glue that joins them. Costs half a second and 180 MB the
 * first time in a process, for the translator is a component itself; so it is done at build time, or in a thread that ends.
 */

import { transpileBytes } from '@bytecodealliance/jco-transpile'

export interface TranslatedComponent {
  /** An ES module without imports. */
  readonly glue: string
  /** Core modules by the names that the glue asks for. */
  readonly modules: ReadonlyMap<string, Uint8Array>
}

/** All components get one name, so that the same code gives the same glue. */
const NAME = 'runtime'

/** Throws if the bytes aren't a component. */
export async function translateComponent(code: Uint8Array): Promise<TranslatedComponent> {
  const options = { name: NAME, instantiation: 'sync' as const, nodejsCompat: false, base64Cutoff: 0 }
  const { files } = await transpileBytes(code, options)
  const entries = Object.entries(files)
  const glue = new TextDecoder().decode(new Map(entries).get(`${NAME}.js`)!)
  return { glue, modules: new Map(entries.filter(([file]) => file.endsWith('.wasm'))) }
}
