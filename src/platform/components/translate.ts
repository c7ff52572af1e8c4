/**
 * A WASM component translated to what JavaScript can run: metered core modules, and a module of glue that joins them. Costs half a second and 180 MB
 * the first time in a process, for the translator is a component itself; so it is done at build time, or in a thread that ends.
 */

import { transpileBytes } from '@bytecodealliance/jco-transpile'
import { leanGlue } from './lean-glue.ts'
import { METER_LIMITS } from './metering/limits.ts'
import { meterModule } from './metering/meter-module.ts'

export interface TranslatedComponent {
  /** An ES module without imports. */
  readonly glue: string
  /** Core modules by the names that the glue asks for. */
  readonly modules: ReadonlyMap<string, Uint8Array>
  /** Interfaces that it can't be without. */
  readonly imports: readonly string[]
}

/** All components get one name, so that the same code gives the same glue. */
const NAME = 'runtime'

/** Throws, whatever it is, if the bytes aren't a component, or have what isn't allowed in consensus. */
export async function translateComponent(
  code: Uint8Array,
  { isMetered = true }: { readonly isMetered?: boolean } = {},
): Promise<TranslatedComponent> {
  const options = { name: NAME, instantiation: 'sync' as const, nodejsCompat: false, base64Cutoff: 0 }
  const { files, imports } = await transpileBytes(code, options)
  const entries = Object.entries(files)
  const cores = entries.filter(([file]) => file.endsWith('.wasm'))
  return {
    glue: leanGlue(new TextDecoder().decode(new Map(entries).get(`${NAME}.js`)!)),
    modules: new Map(
      cores.map(([file, bytes]) => [file, isMetered ? meterModule(bytes, METER_LIMITS) : bytes]),
    ),
    imports,
  }
}
