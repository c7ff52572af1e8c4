/** Runs the command line as users get it (dist/), and parses its one JSON object. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'

const bin = join(import.meta.dirname, '../../bin/run.js')

export interface CliResult<Result> {
  readonly exitCode: number
  readonly envelope: {
    readonly schemaVersion: number
    readonly command: string
    readonly ok: boolean
    readonly result: Result
    readonly error?: { code: string; name: string; message: string; hint: string }
  }
  readonly stderr: string
}

/**
 * A devnet folder of its own in `parent`; disposing stops what still runs there and removes it. `prefix` is what commands are run by, as in
 * `ip netns exec NAME`.
 */
export function createHome(
  env: Record<string, string> = {},
  parent = tmpdir(),
  prefix: readonly string[] = [],
): AsyncDisposable & {
  readonly dir: string
  beacon<Result = unknown>(...args: string[]): Promise<CliResult<Result>>
  ok<Result = unknown>(...args: string[]): Promise<Result>
} {
  const dir = mkdtempSync(join(parent, 'beacon-test-'))
  const beacon = async <Result>(...args: string[]): Promise<CliResult<Result>> => {
    const [command, ...before] = [...prefix, process.execPath, bin]
    const done = await execa(command!, [...before, ...args, '--json', '--dir', dir], {
      reject: false,
      stdin: 'ignore',
      env,
      timeout: 120_000,
    })
    if (done.exitCode === undefined) throw new Error(`beacon ${args.join(' ')} did not end: ${done.stderr}`)
    return { exitCode: done.exitCode, envelope: JSON.parse(done.stdout), stderr: done.stderr }
  }
  return {
    dir,
    beacon,
    async ok<Result>(...args: string[]): Promise<Result> {
      const { exitCode, envelope, stderr } = await beacon<Result>(...args)
      if (exitCode !== 0 || !envelope.ok) {
        throw new Error(
          `beacon ${args.join(' ')} exited ${exitCode}: ${JSON.stringify(envelope.error)}\n${stderr}`,
        )
      }
      return envelope.result
    },
    async [Symbol.asyncDispose]() {
      const { envelope } = await beacon<{ devnets: { name: string }[] }>('devnet', 'list')
      for (const { name } of envelope.result?.devnets ?? []) await beacon('devnet', 'down', '--name', name)
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** Whether a process exists and isn't a zombie. */
export async function isAlive(pid: number): Promise<boolean> {
  const { stdout } = await execa('ps', ['-o', 'stat=', '-p', String(pid)], { reject: false })
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z')
}
