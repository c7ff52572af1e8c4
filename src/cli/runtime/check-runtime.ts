/** What is known of a runtime before it is on a chain. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CODE_BYTES_MAX } from '../../beacon/keys.ts'
import { RuntimeFailure } from '../../beacon/runtime/runtime.ts'
import { WasmRuntime } from '../../beacon/runtime/wasm-runtime.ts'
import { installationRoot } from '../../devnet/installation.ts'
import { defineError } from '../../errors/beacon-error.ts'
import type { Hex } from '../../primitives/bytes.ts'
import { keccakHex } from '../../primitives/hash.ts'

export interface CheckedRuntime {
  readonly code: Uint8Array
  /** What the chain names it by: keccak256 of the code. */
  readonly hash: Hex
}

export const RUNTIME_FILE_UNREADABLE = defineError<{ path: string; reason: string }>({
  code: 'C312',
  name: 'RUNTIME_FILE_UNREADABLE',
  kind: 'user',
  message: ({ path, reason }) => `${path} can't be read: ${reason}`,
  hint: () => 'name a component that `beacon runtime build` has made',
})

export const RUNTIME_UNWRITABLE = defineError<{ path: string; reason: string }>({
  code: 'C323',
  name: 'RUNTIME_UNWRITABLE',
  kind: 'environment',
  message: ({ path, reason }) => `${path} can't be written: ${reason}`,
  hint: () => 'name another file with --out',
})

export const NOT_A_RUNTIME = defineError<{ what: string; reason: string }>({
  code: 'C313',
  name: 'NOT_A_RUNTIME',
  kind: 'user',
  message: ({ what, reason }) => `${what} is no runtime: ${reason}`,
  hint: () => 'docs/runtime.md tells what a runtime may import and use; `beacon runtime build` makes one',
})

export const NOTHING_PROPOSED = defineError<{ code: string | null }>({
  code: 'C317',
  name: 'NOTHING_PROPOSED',
  kind: 'user',
  message: ({ code }) => `${code === null ? 'no runtime' : `the runtime ${code}`} is not proposed`,
  hint: () => '`beacon runtime show` tells what is; `beacon runtime upgrade FILE` proposes one',
})

/** Throws RUNTIME_FILE_UNREADABLE or NOT_A_RUNTIME. */
export async function readRuntime(path: string): Promise<CheckedRuntime> {
  let code: Uint8Array
  try {
    code = readFileSync(path)
  } catch (cause) {
    throw RUNTIME_FILE_UNREADABLE({ path, reason: (cause as Error).message }, cause)
  }
  return checkRuntime(code, path)
}

/** Throws NOT_A_RUNTIME if nodes would refuse it as it stands. `what` names it in the error. */
export async function checkRuntime(code: Uint8Array, what: string): Promise<CheckedRuntime> {
  if (code.length > CODE_BYTES_MAX) {
    throw NOT_A_RUNTIME({ what, reason: `${code.length} bytes where ${CODE_BYTES_MAX} are allowed` })
  }
  const dist = join(installationRoot(), 'dist')
  const translator = pathToFileURL(join(dist, 'platform/components/translator-worker.js'))
  try {
    await WasmRuntime.load(code, { shipped: join(dist, 'runtime'), translator })
  } catch (cause) {
    if (!(cause instanceof RuntimeFailure)) throw cause
    const { message } = (cause.cause ?? cause) as Error
    throw NOT_A_RUNTIME({ what, reason: firstLine(message) }, cause)
  }
  return { code, hash: keccakHex(code) }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!
}
