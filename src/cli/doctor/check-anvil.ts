/** Whether the default L1 is installed and starts. */

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { BeaconError } from '../../errors/beacon-error.ts'
import { anvilBinary } from '../../settlement/anvil.ts'
import { broken, type Finding, ok } from './finding.ts'

const ANSWER_MS = 10_000

export async function checkAnvil(find: () => string = anvilBinary): Promise<Finding[]> {
  let binary: string
  try {
    binary = find()
  } catch (cause) {
    const { message, hint } = cause as BeaconError
    return [broken('anvil', message, hint)]
  }
  try {
    const { stdout } = await promisify(execFile)(binary, ['--version'], { timeout: ANSWER_MS })
    return [ok('anvil', stdout.split('\n')[0]!.trim())]
  } catch (cause) {
    const wayOut =
      'reinstall the package @foundry-rs/anvil, or name another L1 with `beacon devnet up --l1 URL`'
    return [broken('anvil', `${binary} does not start: ${(cause as Error).message.trim()}`, wayOut)]
  }
}
