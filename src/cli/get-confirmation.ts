/** Gets a soft confirmation from where a person says it is: a file, or the rollup that has the transaction. */

import { existsSync, readFileSync } from 'node:fs'
import { defineError } from '../errors/beacon-error.ts'
import type { ConfirmationJson } from '../rollup/confirmation-json.ts'
import { findTransaction, waitForRung } from './find-transaction.ts'
import { NOT_AVAILABLE } from './light-client.ts'
import type { Network } from './network.ts'

export const FILE_UNREADABLE = defineError<{ path: string; reason: string }>({
  code: 'C110',
  name: 'FILE_UNREADABLE',
  kind: 'user',
  message: ({ path, reason }) => `${path} can't be read: ${reason}`,
  hint: () => 'it must be a file as `beacon confirmation get TX --json` writes it, or its `result`',
})

/** Waits for it until `deadline` (Unix ms). */
export async function fetchConfirmation(
  network: Network,
  tx: string,
  rollup: string | undefined,
  deadline: number,
): Promise<ConfirmationJson> {
  const found = await findTransaction(network, tx, rollup)
  const status = await waitForRung(found, 'soft', deadline)
  const answer = status === null ? null : await found.rpc.request('soft_getTransactionConfirmation', [tx])
  if (answer === null) throw NOT_AVAILABLE({ what: `the soft confirmation of ${tx}` })
  return answer as ConfirmationJson
}

/** The confirmation in `path`, alone or as the command's result, with or without the envelope; null if there is no such file. */
export function readConfirmationFile(path: string): unknown {
  if (!existsSync(path)) return null
  try {
    const value = JSON.parse(readFileSync(path, 'utf8'))
    const result = value?.schemaVersion === undefined ? value : value.result
    return result?.confirmation ?? result
  } catch (cause) {
    throw FILE_UNREADABLE({ path, reason: cause instanceof Error ? cause.message : String(cause) }, cause)
  }
}
