/** Puts code into the Beacon Layer's state, part by part. */

import { splitCode } from '../../beacon/upgrade/code-parts.ts'
import type { Hex } from '../../primitives/bytes.ts'
import type { RpcClient } from '../../rpc/client.ts'
import { askFor } from '../action-command.ts'
import type { PublishedCodeAnswer } from '../beacon-answers.ts'
import type { CheckedRuntime } from './check-runtime.ts'

/** Those parts that aren't there. Throws ACTION_REFUSED. */
export async function publishCode(
  beacon: RpcClient,
  { code, hash }: CheckedRuntime,
  privateKey: Hex,
  timeoutMs: number,
  onPart: (done: number, of: number) => void,
): Promise<void> {
  const parts = splitCode(code)
  const published = (await beacon.request('beacon_getPublishedCode', [hash])) as PublishedCodeAnswer | null
  for (const [part, data] of parts.entries()) {
    const isThere = published?.bytes === code.length && published.parts[part] === true
    if (!isThere) {
      const asked = { type: 'publishCode', code: hash, codeBytes: code.length, part, data } as const
      await askFor(beacon, asked, privateKey, timeoutMs)
    }
    onPart(part + 1, parts.length)
  }
}
