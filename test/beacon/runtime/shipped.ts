/** The runtime that this build ships. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Runtime } from '../../../src/beacon/runtime/runtime.ts'
import { WasmRuntime } from '../../../src/beacon/runtime/wasm-runtime.ts'

const dist = join(import.meta.dirname, '../../../dist')

export const componentFiles = {
  shipped: join(dist, 'runtime'),
  translator: pathToFileURL(join(dist, 'platform/components/translator-worker.js')),
}

export function readShippedCode(): Uint8Array {
  return readFileSync(join(componentFiles.shipped, 'runtime.wasm'))
}

export async function loadShippedRuntime(): Promise<Runtime> {
  return WasmRuntime.load(readShippedCode(), componentFiles)
}
