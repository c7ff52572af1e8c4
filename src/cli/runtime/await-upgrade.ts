/** Sees what becomes of a proposed runtime. */

import { setTimeout as delay } from 'node:timers/promises'
import { defineError } from '../../errors/beacon-error.ts'
import type { Hex } from '../../primitives/bytes.ts'
import type { RpcClient } from '../../rpc/client.ts'
import type { RuntimeAnswer } from '../beacon-answers.ts'

export const UPGRADE_FAILED = defineError<{ code: Hex; reason: string; height: number }>({
  code: 'C314',
  name: 'UPGRADE_FAILED',
  kind: 'user',
  message: ({ code, reason, height }) =>
    `the runtime ${code} was given up in Beacon block ${height}: ${reason}`,
  hint: () => 'the chain goes on with the one before; docs/runtime.md tells what each reason means',
})

export const UPGRADE_DROPPED = defineError<{ code: Hex }>({
  code: 'C315',
  name: 'UPGRADE_DROPPED',
  kind: 'user',
  message: ({ code }) => `the proposal of ${code} was dropped: too few validators approved of it`,
  hint: () => 'propose it again, and have validators with more than two thirds of the weight approve',
})

export const UPGRADE_LATE = defineError<{ code: Hex; timeoutMs: number }>({
  code: 'C316',
  name: 'UPGRADE_LATE',
  kind: 'environment',
  message: ({ code, timeoutMs }) => `the runtime ${code} does not execute blocks after ${timeoutMs} ms`,
  hint: () => 'it begins with an epoch: `beacon runtime show` tells which; pass a longer --timeout',
})

const POLL_MS = 200

/** Returns once it executes blocks; what was in Beacon block `since` or before doesn't count. Throws UPGRADE_FAILED, UPGRADE_DROPPED or UPGRADE_LATE. */
export async function awaitUpgrade(
  beacon: RpcClient,
  code: Hex,
  since: number,
  timeoutMs: number,
): Promise<void> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const runtime = (await beacon.request('beacon_getRuntime')) as RuntimeAnswer
    if (runtime.code === code) return
    const { failure, proposal } = runtime
    if (failure?.code === code && failure.height > since) throw UPGRADE_FAILED(failure)
    if (proposal?.code !== code) throw UPGRADE_DROPPED({ code })
    if (Date.now() > deadline) throw UPGRADE_LATE({ code, timeoutMs })
    await delay(POLL_MS)
  }
}
