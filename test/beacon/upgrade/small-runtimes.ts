/** Components of the runtime's world that do one thing, mostly a wrong one, in WebAssembly's text format. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { componentize, RUNTIME_WORLD } from '../../../src/cli/runtime/toolchain/componentize.ts'

interface Parser {
  readonly $init: Promise<void>
  readonly tools: { parse(text: string): Uint8Array }
}

const main = createRequire(import.meta.url).resolve('@bytecodealliance/jco-transpile')
const { $init, tools } = (await import(
  pathToFileURL(join(dirname(dirname(main)), 'vendor/wasm-tools.js')).href
)) as Parser
await $init

export const wit = readFileSync(join(import.meta.dirname, '../../../runtime/beacon-runtime.wit'), 'utf8')

export function parseText(text: string): Uint8Array {
  return tools.parse(text)
}

/** Both functions do `body`, which has `$input` and `$length` and leaves where a result's pointer and length are. */
export function moduleOf(body: string, { extra = '', memory = '64' } = {}): Uint8Array {
  const transition = (name: string) =>
    `(func (export "${name}") (param $input i32) (param $length i32) (result i32) ${body})`
  return parseText(`(module
    (import "beacon:runtime/host@0.1.0" "get" (func $get (param i32 i32 i32)))
    (import "beacon:runtime/host@0.1.0" "set" (func $set (param i32 i32 i32 i32)))
    (import "beacon:runtime/host@0.1.0" "keccak256" (func $keccak256 (param i32 i32 i32)))
    (memory (export "memory") ${memory})
    ${extra}
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
    ${transition('applyBlock')}
    ${transition('composeBlock')})`)
}

export function smallRuntime(
  body: string,
  options: Parameters<typeof moduleOf>[1] = {},
): Promise<Uint8Array> {
  return componentize(moduleOf(body, options), wit, RUNTIME_WORLD)
}

/** Leaves bytes as the result. */
export function answer(...bytes: readonly number[]): string {
  const stores = bytes.map((byte, i) => `(i32.store8 (i32.const ${256 + i}) (i32.const ${byte}))`)
  return `${stores.join(' ')}
    (i32.store (i32.const 128) (i32.const 256))
    (i32.store (i32.const 132) (i32.const ${bytes.length}))
    (i32.const 128)`
}

/** No receipts, no events; of a composed block, no items. */
export const ACCEPTED = [1, 0, 0, 0, 0, 0, 0] as const
/** With the reason "NO". */
export const REFUSED = [0, 0, 0, 0, 2, 0x4e, 0x4f] as const
