/** What scripts rely on in the answer of a command under `--json`. */

import assert from 'node:assert/strict'
import { stripVTControlCharacters } from 'node:util'
import { renderErrors } from '../../../scripts/document-errors.ts'

export interface Done {
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** By code, as docs/errors.md has them. */
const EXIT_CODES = new Map(
  [...(await renderErrors()).matchAll(/^## (\S+)\n\n`[A-Z0-9_]+`, exit code (\d+)$/gm)].map(
    ([, code, exitCode]) => [code!, Number(exitCode)] as const,
  ),
)

const HASH = /(^|[a-z])(hash|digest|address|stateRoot|committeeRoot|txHash|[pP]ubkey|privateKey|account)$/i
const QUANTITY = /(^|[a-z])(stake|weight|wei|balance)$/i
const TIME = /^(at|since|time)$/

/** Returns its result. `command` is what was typed, without arguments. */
export function checkSuccess(done: Done, command: string): unknown {
  const { ok, result, ...rest } = checkObject(done, command)
  assert.deepEqual([ok, done.exitCode, rest], [true, 0, {}], describe(done))
  return result
}

export function checkFailure(done: Done, command: string, code: string, exitCode?: number): string {
  const { ok, error, result: _, ...rest } = checkObject(done, command)
  assert.deepEqual([ok, rest], [false, {}], describe(done))
  const { message, hint, name, docs, ...others } = error as Record<string, string>
  assert.deepEqual(others, { code }, describe(done))
  assert.match(name!, /^[A-Z0-9_]+$/)
  assert.equal(docs, `docs/errors.md#${code.toLowerCase()}`)
  for (const text of [message!, hint!]) assert.doesNotMatch(text, /^\s|\s$|\n|undefined|\[object|^$/)
  assert.equal(done.exitCode, exitCode ?? EXIT_CODES.get(code), describe(done))
  return message!
}

function checkObject({ stdout, stderr, ...rest }: Done, command: string): Record<string, unknown> {
  const what = describe({ stdout, stderr, ...rest })
  for (const text of [stdout, stderr]) assert.equal(text, stripVTControlCharacters(text), 'has colours')
  assert.match(stdout, /^\{.*\}\n$/, `not one line of one object\n${what}`)
  assert.doesNotMatch(stderr, /"schemaVersion"/)
  const { schemaVersion, command: said, ...answer } = JSON.parse(stdout)
  assert.deepEqual([schemaVersion, said], [1, command], what)
  checkValues(answer, '')
  return answer
}

/** Whole numbers are exact; what can be larger is a decimal string, what is binary 0x-hex, a time Unix milliseconds. */
function checkValues(value: unknown, path: string): void {
  const name = path.split('.').at(-1)!
  if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      checkValues(item, Array.isArray(value) ? path : `${path}.${key}`)
    }
  } else if (typeof value === 'number') {
    const isExact = !Number.isInteger(value) || Number.isSafeInteger(value)
    assert.ok(isExact, `${path} is not exact: ${value}`)
    assert.ok(!QUANTITY.test(name), `${path} is a number: ${value}`)
    if (TIME.test(name)) assert.ok(value > 1e12, `${path} is no time in ms: ${value}`)
  } else if (typeof value === 'string') {
    if (HASH.test(name)) assert.match(value, /^0x[0-9a-fA-F]+$/, path)
    if (QUANTITY.test(name)) assert.match(value, /^\d+$/, path)
  }
}

function describe({ exitCode, stdout, stderr }: Done): string {
  return `exit code ${exitCode}, stdout:\n${stdout}\nstderr:\n${stderr}`
}
