/**
 * What a check found, as a JUnit file for the test view of a CI: one suite, with a case for each thing that was checked. It is written whatever
 * comes out, whole or not at all: a check that said no is a failure, one that could not be made is an error.
 */

import { Flags } from '@oclif/core'
import type { Builder } from 'junit-report-builder'
import { toFailure } from './failure.ts'
import type { Output } from './output.ts'
import { prepareFolderOf, writeReport } from './write-report.ts'

export const JUNIT_FLAG = Flags.string({
  summary: 'also write what was found to this file, for the test view of a CI',
  helpValue: 'FILE',
})

interface Flaw {
  readonly message: string
  readonly hint: string
  /** Code and name of an error. */
  readonly type?: string
}

/** Passed, unless it has a failure or an error. */
export interface Case {
  readonly name: string
  readonly seconds?: number
  readonly failure?: Flaw
  /** It could not be checked. */
  readonly error?: Flaw
  readonly output?: string
}

interface Check {
  /** The command, as typed. */
  readonly suite: string
  /** The case, where `work` adds none. */
  readonly name: string
}

/**
 * Does `work`, and if there is a `file` reports on it. Throws what `work` throws. That the file can't be written is said before anything is
 * done, for then nothing was answered yet.
 */
export async function withJUnit<T>(
  file: string | undefined,
  { suite, name }: Check,
  output: Output,
  work: (add: (found: Case) => void) => Promise<T>,
): Promise<T> {
  if (file === undefined) return work(() => {})
  prepareFolderOf(file)
  const cases: Case[] = []
  const start = performance.now()
  const secondsSince = () => (performance.now() - start) / 1_000
  let result: T
  try {
    result = await work((found) => cases.push(found))
  } catch (cause) {
    if (cases.length === 0) cases.push({ name, seconds: secondsSince(), ...flawOf(cause) })
    await writeJUnit(file, suite, cases, secondsSince()).catch((error) => output.warn(error.message))
    throw cause
  }
  if (cases.length === 0) cases.push({ name, seconds: secondsSince() })
  await writeJUnit(file, suite, cases, secondsSince())
  return result
}

export async function formatJUnit(suite: string, cases: readonly Case[], seconds: number): Promise<string> {
  // Its types say otherwise of a module that isn't bundled.
  const { default: factory } = (await import('junit-report-builder')) as unknown as { default: Builder }
  const builder = factory.newBuilder()
  const written = builder
    .testSuite()
    .name(`beacon ${suite}`)
    .time(round(seconds))
    .timestamp(new Date().toISOString())
  for (const { name, seconds: own = 0, failure, error, output } of cases) {
    const testCase = written
      .testCase()
      .className(`beacon.${suite.replaceAll(' ', '.')}`)
      .name(name)
    testCase.time(round(own))
    if (failure !== undefined) testCase.failure(failure.message, failure.type).stacktrace(explain(failure))
    if (error !== undefined) testCase.error(error.message, error.type, explain(error))
    if (output !== undefined) testCase.standardOutput(output)
  }
  return builder.build()
}

async function writeJUnit(file: string, suite: string, cases: readonly Case[], seconds: number) {
  const text = await formatJUnit(suite, cases, seconds)
  writeReport(file, `${text}\n`)
}

function flawOf(cause: unknown): Pick<Case, 'failure' | 'error'> {
  const { kind, message, hint, code, name } = toFailure(cause, '')
  const flaw = { message, hint, type: `${code} ${name}` }
  return kind === 'check' ? { failure: flaw } : { error: flaw }
}

function explain({ message, hint }: Flaw): string {
  return `${message}\nhint: ${hint}`
}

/** To milliseconds. */
function round(seconds: number): number {
  return Math.round(seconds * 1_000) / 1_000
}
