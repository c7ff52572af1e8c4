/**
 * Errors that a person reads: a permanent code, what happened, and a way out. Each is described once, beside the code that
 * throws it, with `defineError`; a test proves that no code repeats.
 */

/** Who can mend it: the user, the environment (a process, a disk, a deadline), nobody because a check said no, or we. */
export type ErrorKind = 'user' | 'environment' | 'check' | 'bug'

/** Exit codes of the command line, by kind. */
export const EXIT_CODES: Readonly<Record<ErrorKind, number>> = { user: 2, environment: 1, check: 3, bug: 70 }

export interface ErrorDescriptor<Values> {
  /** A letter for the folder and three digits, as in D204. Permanent. */
  readonly code: string
  /** As in PORT_TAKEN. */
  readonly name: string
  readonly kind: ErrorKind
  readonly message: (values: Values) => string
  /** What to do about it. */
  readonly hint: (values: Values) => string
}

export class BeaconError extends Error {
  readonly code: string
  override readonly name: string
  readonly kind: ErrorKind
  readonly hint: string
  /** Where the code is explained; ours are relative to the documentation's root. */
  readonly docs: string

  constructor(fields: {
    code: string
    name: string
    kind: ErrorKind
    message: string
    hint: string
    /** Of an error of a plugin: where that explains it. */
    docs?: string
    cause?: unknown
  }) {
    super(fields.message, { cause: fields.cause })
    this.code = fields.code
    this.name = fields.name
    this.kind = fields.kind
    this.hint = fields.hint
    this.docs = fields.docs ?? `docs/errors.md#${fields.code.toLowerCase()}`
  }

  get exitCode(): number {
    return EXIT_CODES[this.kind]
  }
}

/** Also of another copy of this class: plugins, and processes that load them, may have one of their own. */
export function isBeaconError(value: unknown): value is BeaconError {
  if (value instanceof BeaconError) return true
  if (!(value instanceof Error)) return false
  const { code, kind, hint } = value as Partial<BeaconError>
  return typeof code === 'string' && typeof hint === 'string' && Object.hasOwn(EXIT_CODES, kind ?? '')
}

export type ErrorFactory<Values> = ErrorDescriptor<Values> &
  ((values: Values, cause?: unknown) => BeaconError)

const defined = new Map<string, ErrorDescriptor<never>>()

/**
 * Describes an error and returns its factory.
 * @example
 * const PORT_TAKEN = defineError<{ port: number }>({ code: 'D204', name: 'PORT_TAKEN', kind: 'environment',
 *   message: ({ port }) => `port ${port} is taken`, hint: () => 'stop that process, or pass --ports auto' })
 * throw PORT_TAKEN({ port: 8545 })
 */
export function defineError<Values = void>(descriptor: ErrorDescriptor<Values>): ErrorFactory<Values> {
  if (defined.has(descriptor.code)) throw new Error(`error code ${descriptor.code} is defined twice`)
  defined.set(descriptor.code, descriptor)
  const { code, name, kind } = descriptor
  const create = (values: Values, cause?: unknown) =>
    new BeaconError({
      code,
      name,
      kind,
      message: descriptor.message(values),
      hint: descriptor.hint(values),
      cause,
    })
  return Object.defineProperties(create, {
    ...Object.getOwnPropertyDescriptors(descriptor),
  }) as ErrorFactory<Values>
}

/** Every error described so far, by code; for the documentation and its test. */
export function definedErrors(): ReadonlyMap<string, ErrorDescriptor<never>> {
  return defined
}
