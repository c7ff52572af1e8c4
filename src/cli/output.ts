/**
 * What goes where: data to stdout, everything else to stderr; with `--json` exactly one object. No colour where it would be noise: not on a
 * terminal, with NO_COLOR, or with `--json`.
 */

import { Chalk, type ChalkInstance } from 'chalk'
import type { BeaconError } from '../errors/beacon-error.ts'

const JSON_SCHEMA_VERSION = 1

export interface Envelope {
  readonly schemaVersion: typeof JSON_SCHEMA_VERSION
  readonly command: string
  readonly ok: boolean
  readonly result?: unknown
  readonly error?: {
    readonly code: string
    readonly name: string
    readonly message: string
    readonly hint: string
    readonly docs: string
  }
}

export function success(command: string, result: unknown): Envelope {
  return { schemaVersion: JSON_SCHEMA_VERSION, command, ok: true, result }
}

/** `result`: what was found out before the check said no. */
export function failure(command: string, error: BeaconError, result?: unknown): Envelope {
  const { code, name, message, hint, docs } = error
  const envelope = { schemaVersion: JSON_SCHEMA_VERSION, command, ok: false } as const
  return {
    ...envelope,
    ...(result === undefined ? {} : { result }),
    error: { code, name, message, hint, docs },
  }
}

export class Output {
  readonly isJson: boolean
  readonly #paint: { readonly stdout: ChalkInstance; readonly stderr: ChalkInstance }

  constructor(isJson: boolean) {
    this.isJson = isJson
    this.#paint = { stdout: chalkFor(process.stdout, isJson), stderr: chalkFor(process.stderr, isJson) }
  }

  /** Colours for what is printed as data. */
  get paint(): ChalkInstance {
    return this.#paint.stdout
  }

  /** A line of data. */
  print(line = ''): void {
    process.stdout.write(`${line}\n`)
  }

  /** The one object. Bigints become decimal strings. */
  printJson(envelope: Envelope): void {
    const text = JSON.stringify(envelope, (_, value) =>
      typeof value === 'bigint' ? value.toString() : value,
    )
    process.stdout.write(`${text}\n`)
  }

  /** A line about what is going on. */
  note(line: string): void {
    process.stderr.write(`${line}\n`)
  }

  warn(line: string): void {
    this.note(`${this.#paint.stderr.yellow('warning')} ${line}`)
  }

  /** An error for people; its stack only if it is a bug of ours. */
  fail(error: BeaconError): void {
    const paint = this.#paint.stderr
    if (error.kind === 'bug') this.note(stackOf(error))
    this.note(`${paint.red(`error ${error.code} ${error.name}`)}: ${error.message}`)
    this.note(`${paint.dim('hint:')} ${error.hint}`)
  }
}

/** Columns as wide as their widest cell. */
export function table(rows: readonly (readonly string[])[], gap = '  '): string[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length)
  }
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join(gap)
      .trimEnd(),
  )
}

function chalkFor(stream: NodeJS.WriteStream, isJson: boolean): ChalkInstance {
  const isColourful = stream.isTTY === true && !isJson && !process.env.NO_COLOR
  return new Chalk({ level: isColourful ? 1 : 0 })
}

function stackOf(error: BeaconError): string {
  const { cause } = error
  return (cause instanceof Error ? cause.stack : error.stack) ?? String(error)
}
