/**
 * How fuzz tests run, and what they hold every decoder to: it throws nothing but its own error, takes little time, and allocates little
 * more than its input, whatever lengths that claims. FUZZ_RUNS multiplies the inputs; FUZZ_SEED and FUZZ_PATH replay a failure.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DecodeError } from '../../src/primitives/codec.ts'

const FACTOR = Number(process.env.FUZZ_RUNS ?? 1)

/** Of processor time, for a single input: far more than any takes, far less than a loop over what a length field claims. */
const INPUT_MS_MAX = 1_000
/** Outside of the heap, for a single input of some kilobytes. */
const INPUT_BYTES_MAX = 16 * 1024 * 1024

type Property = fc.IRawProperty<never> | fc.IAsyncProperty<never> | fc.IProperty<never>

/** Tests `property` with so many inputs, times FUZZ_RUNS, and says how many they were. */
export function fuzz(title: string, runs: number, property: unknown): void {
  const numRuns = Math.max(1, Math.round(runs * FACTOR))
  test(title, async (t) => {
    await fc.assert(property as Property, { numRuns, endOnFailure: FACTOR > 1, ...replayed() })
    t.diagnostic(`${numRuns} inputs`)
  })
}

/** What `decode` makes of the input, or null if it refuses it as it may. */
export function decodedOrRefused<Input, Value>(
  decode: (input: Input) => Value,
  input: Input,
  isOwnError: (error: unknown) => boolean = isDecodeError,
): Value | null {
  return measured(() => {
    try {
      return decode(input)
    } catch (error) {
      if (isOwnError(error)) return null
      throw error
    }
  })
}

/** Fails if `work` takes long, or much memory for bytes. */
export function measured<Value>(work: () => Value): Value {
  const bytesBefore = process.memoryUsage().arrayBuffers
  const cpuBefore = process.cpuUsage()
  const value = work()
  const { user, system } = process.cpuUsage(cpuBefore)
  const ms = (user + system) / 1_000
  const bytes = process.memoryUsage().arrayBuffers - bytesBefore
  assert.ok(ms < INPUT_MS_MAX, `an input took ${ms} ms`)
  assert.ok(bytes < INPUT_BYTES_MAX, `an input took ${bytes} bytes`)
  return value
}

export function isDecodeError(error: unknown): boolean {
  return error instanceof DecodeError
}

/** Whether it is an error for people, with this code if one is given. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes((error as { code?: string }).code ?? '') && error instanceof Error
}

function replayed(): { seed?: number; path?: string } {
  const { FUZZ_SEED: seed, FUZZ_PATH: path } = process.env
  return { ...(seed !== undefined && { seed: Number(seed) }), ...(path !== undefined && { path }) }
}
