/** Runs a command of the user's to its end, as a shell would: its input and output are ours, and signals reach it. */

import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { boundToParent, findExecutable, type ProcessExit } from '../devnet/process.ts'
import { defineError } from '../errors/beacon-error.ts'

export interface RunOptions {
  readonly env: NodeJS.ProcessEnv
  /** Where its output goes: ours is for one JSON object only. */
  readonly stdout: 'stdout' | 'stderr'
}

export const COMMAND_NOT_FOUND = defineError<{ command: string }>({
  code: 'C501',
  name: 'COMMAND_NOT_FOUND',
  kind: 'user',
  message: ({ command }) => `there is no program '${command}'`,
  hint: () =>
    'it must be on the PATH or a path; npm scripts are run by `npm run NAME`, shell syntax by `sh -c`',
})

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const
const STDERR = 2

/** Throws COMMAND_NOT_FOUND. */
export function checkCommand(command: string): void {
  if (findExecutable(command) === undefined) throw COMMAND_NOT_FOUND({ command })
}

/** Resolves when the command has ended. If this process is killed before, the command is asked to end. */
export async function runCommand(
  [command, ...args]: readonly string[],
  options: RunOptions,
): Promise<ProcessExit> {
  const bound = boundToParent({ command: command!, args }, 'TERM')
  const stdout = options.stdout === 'stdout' ? 'inherit' : STDERR
  const child = spawn(bound.command, bound.args, { env: options.env, stdio: ['inherit', stdout, 'inherit'] })
  const forward = (signal: NodeJS.Signals) => {
    // Ctrl-C reaches every process of the terminal; told twice, many programs end without cleaning up.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  }
  for (const signal of FORWARDED) process.on(signal, forward)
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', (cause) => reject(COMMAND_NOT_FOUND({ command: command! }, cause)))
      child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }))
    })
  } finally {
    for (const signal of FORWARDED) process.off(signal, forward)
  }
}

/** As shells tell it: 128 and the signal's number for what a signal ended. */
export function exitCodeOf({ exitCode, signal }: ProcessExit): number {
  return signal === null ? (exitCode ?? 1) : 128 + constants.signals[signal]
}
