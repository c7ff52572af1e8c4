/** Whatever a command throws, as an error for people: ours as it is, oclif's as a mistake in usage, anything else as a bug of ours. */

import { stripVTControlCharacters } from 'node:util'
import { type BeaconError, defineError, isBeaconError } from '../errors/beacon-error.ts'
import { RpcError } from '../rpc/rpc-error.ts'

export const USAGE = defineError<{ problem: string; help: string }>({
  code: 'C101',
  name: 'USAGE',
  kind: 'user',
  message: ({ problem }) => problem,
  hint: ({ help }) => `\`${help}\` shows what there is`,
})

export const RPC_REFUSED = defineError<{ code: number; message: string; hint?: string }>({
  code: 'C102',
  name: 'RPC_REFUSED',
  kind: 'environment',
  message: ({ code, message }) => `the node refused the request (${code}): ${message}`,
  hint: ({ hint }) => hint ?? '`beacon devnet logs` shows what the nodes say',
})

export const UNEXPECTED = defineError<{ message: string }>({
  code: 'C900',
  name: 'UNEXPECTED',
  kind: 'bug',
  message: ({ message }) => message,
  hint: () => 'this is a bug of beacon: please report it with the lines above',
})

/** `command` as typed, without the program's name; empty if there is none. */
export function toFailure(cause: unknown, command: string): BeaconError {
  if (isBeaconError(cause)) return cause
  if (cause instanceof RpcError) {
    const { code, message, data } = cause
    return RPC_REFUSED({ code, message, hint: (data as { hint?: string } | undefined)?.hint }, cause)
  }
  if (isUsageError(cause)) {
    return USAGE({ problem: problemOf(cause), help: `beacon ${command} --help`.replace('  ', ' ') }, cause)
  }
  return UNEXPECTED({ message: cause instanceof Error ? cause.message : String(cause) }, cause)
}

/** Some of oclif's messages go over several lines, or have colours wherever there is a terminal. */
function problemOf({ message }: Error): string {
  const [problem] = stripVTControlCharacters(message).split('\nSee more help')
  return problem!
    .replace(/^The following errors? occurred:/, '')
    .trim()
    .replace(/:?\s*\n\s*/g, ': ')
}

/** oclif's errors about flags and arguments carry the exit code 2, but for an argument that is no number. */
function isUsageError(cause: unknown): cause is Error {
  if (!(cause instanceof Error)) return false
  return (
    (cause as { oclif?: { exit?: number } }).oclif?.exit === 2 || /^Expected an integer /.test(cause.message)
  )
}
