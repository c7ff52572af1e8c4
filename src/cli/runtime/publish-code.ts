/** Puts code into the Beacon Layer's state, part by part. */

import { splitCode } from '../../beacon/upgrade/code-parts.ts'
import type { RpcClient } from '../../rpc/client.ts'
import { askAction } from '../ask-action.ts'
import type { PublishedCodeAnswer } from '../beacon-answers.ts'
import type { SigningAccount } from '../signing-account.ts'
import type { CheckedRuntime } from './check-runtime.ts'

/** Those parts that aren't there. Throws ACTION_REFUSED. */
export async function publishCode(
  beacon: RpcClient,
  { code, hash }: CheckedRuntime,
  account: SigningAccount,
  timeoutMs: number,
  onPart: (done: number, of: number) => void,
): Promise<void> {
  const parts = splitCode(code)
  const published = (await beacon.request('beacon_getPublishedCode', [hash])) as PublishedCodeAnswer | null
  for (const [part, data] of parts.entries()) {
    const isThere = published?.bytes === code.length && published.parts[part] === true
    if (!isThere) {
      const asked = { type: 'publishCode', code: hash, codeBytes: code.length, part, data } as const
      await askAction(beacon, asked, account, timeoutMs)
    }
    onPart(part + 1, parts.length)
  }
}
