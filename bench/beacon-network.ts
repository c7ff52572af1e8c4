/** A devnet of the built product, started and stopped through its command line as a user does it, in a folder that goes with it. */

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Hex } from '../src/primitives/bytes.ts'
import type { MeasuredProcess } from './process-usage.ts'

export interface BeaconNetwork extends AsyncDisposable {
  readonly accounts: readonly { readonly address: Hex; readonly privateKey: Hex }[]
  /** How long `devnet up` took: until the first Beacon block was final, and the command had ended. */
  readonly startedInMs: number
  processes(): Promise<readonly MeasuredProcess[]>
  createRollup(name: string): Promise<BeaconRollup>
}

export interface BeaconRollup {
  readonly chainId: number
  readonly rpcUrl: string
  /** How long `rollup create` took: until its first block was soft-confirmed, and the command had ended. */
  readonly createdInMs: number
}

const COMMAND = join(import.meta.dirname, '../bin/run.js')
const TIMEOUT_MS = 120_000
const run = promisify(execFile)

export async function startBeaconNetwork(validators = 7): Promise<BeaconNetwork> {
  const folder = mkdtempSync(join(tmpdir(), 'beacon-bench-'))
  const beacon = async <Result>(...args: string[]): Promise<Result> => {
    const { stdout } = await run(process.execPath, [COMMAND, ...args, '--json', '--dir', folder], {
      timeout: TIMEOUT_MS,
      maxBuffer: 16 * 1024 * 1024,
    })
    return JSON.parse(stdout).result
  }
  const stop = async () => {
    await beacon('devnet', 'down').finally(() => rmSync(folder, { recursive: true, force: true }))
  }
  try {
    const startedAt = performance.now()
    const up = ['devnet', 'up', '--detach', '--ports', 'auto', '--validators', String(validators)]
    const { accounts } = await beacon<Pick<BeaconNetwork, 'accounts'>>(...up)
    return {
      accounts,
      startedInMs: performance.now() - startedAt,
      async processes() {
        const { pid, processes } = await beacon<{ pid: number; processes: MeasuredProcess[] }>(
          'devnet',
          'status',
        )
        return [{ name: 'supervisor', pid }, ...processes]
      },
      async createRollup(name) {
        const askedAt = performance.now()
        const created = await beacon<Omit<BeaconRollup, 'createdInMs'>>('rollup', 'create', name)
        return { ...created, createdInMs: performance.now() - askedAt }
      },
      [Symbol.asyncDispose]: stop,
    }
  } catch (cause) {
    await stop().catch(() => {})
    throw cause
  }
}
