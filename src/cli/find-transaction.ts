/** Finds the rollup that a transaction is in, by asking each, and waits for rungs. */

import type { RollupEndpoint } from '../devnet/endpoints.ts'
import { defineError } from '../errors/beacon-error.ts'
import { type Hex, isHex } from '../primitives/bytes.ts'
import { compareRungs, type Rung } from '../primitives/ladder.ts'
import { createRpcClient, type RpcClient } from '../rpc/client.ts'
import type { RollupAnswer } from './beacon-answers.ts'
import type { Network } from './network.ts'

/** As soft_getTransactionStatus answers. */
export interface TransactionStatus {
  readonly hash: Hex
  readonly rung: Rung | null
  readonly block: { readonly number: number; readonly hash: Hex; readonly index: number } | null
  readonly times: Readonly<Partial<Record<Rung, number>>>
  readonly signers: readonly number[] | null
}

export interface FoundTransaction {
  readonly endpoint: RollupEndpoint
  readonly rpc: RpcClient
  readonly status: TransactionStatus
}

export const TRANSACTION_HASH_INVALID = defineError<{ text: string }>({
  code: 'C108',
  name: 'TRANSACTION_HASH_INVALID',
  kind: 'user',
  message: ({ text }) => `'${text}' is no transaction hash`,
  hint: () => 'a hash is 0x and 64 hexadecimal digits',
})

export const TRANSACTION_UNKNOWN = defineError<{ hash: Hex; rollups: readonly string[] }>({
  code: 'C109',
  name: 'TRANSACTION_UNKNOWN',
  kind: 'check',
  message: ({ hash, rollups }) =>
    rollups.length === 0
      ? 'there is no rollup'
      : `no transaction ${hash} is known to ${rollups.join(' or ')}`,
  hint: () => 'was it sent to this devnet? an invalid transaction is refused when it is sent',
})

export const RUNG_NOT_REACHED = defineError<{ hash: Hex; rung: Rung; at: Rung | null; timeoutMs: number }>({
  code: 'C403',
  name: 'RUNG_NOT_REACHED',
  kind: 'check',
  message: ({ hash, rung, at, timeoutMs }) =>
    `${hash} is ${at === null ? 'not in a block' : `at '${at}'`} and has not reached '${rung}' within ${timeoutMs} ms`,
  hint: () => 'give it longer with --timeout; `beacon devnet status` shows whether its sequencers run',
})

/** What one call may wait; the nodes allow about as much. */
const WAIT_SLICE_MS = 5_000
/** What a node may take to answer besides. */
const ANSWER_MS = 5_000

export async function findTransaction(
  network: Network,
  text: string,
  rollup: string | undefined,
): Promise<FoundTransaction> {
  if (!isHex(text, 32)) throw TRANSACTION_HASH_INVALID({ text })
  const all = network.endpoints.rollups.map(({ name }) => name)
  const names = rollup === undefined ? all : [rollup]
  const asked = names.map((name) => ({ name, ...network.rollup(name) }))
  const answers = asked.map(async ({ endpoint, rpc }): Promise<FoundTransaction> => {
    const status = (await rpc.request('soft_getTransactionStatus', [text])) as TransactionStatus | null
    if (status === null) throw TRANSACTION_UNKNOWN({ hash: text, rollups: names })
    return { endpoint, rpc, status }
  })
  try {
    return await Promise.any(answers)
  } catch {
    throw (await findFailure(network, names, answers)) ?? TRANSACTION_UNKNOWN({ hash: text, rollups: names })
  }
}

/** Of a rollup that should have answered. Nobody answers for one that has ended. */
async function findFailure(
  { beacon }: Network,
  names: readonly string[],
  answers: readonly Promise<unknown>[],
): Promise<unknown> {
  const results = await Promise.allSettled(answers)
  const failed = results.flatMap((result, i) =>
    result.status === 'rejected' && result.reason?.code !== TRANSACTION_UNKNOWN.code
      ? [{ name: names[i]!, reason: result.reason }]
      : [],
  )
  if (failed.length === 0) return null
  const alive = (await beacon.request('beacon_getRollups')) as RollupAnswer[]
  return failed.find(({ name }) => alive.some((rollup) => rollup.name === name))?.reason
}

/** The transaction's status once it is at `rung` or above; null if it isn't by `deadline` (Unix ms). */
export async function waitForRung(
  { endpoint, status }: FoundTransaction,
  rung: Rung,
  deadline: number,
): Promise<TransactionStatus | null> {
  const isThere = ({ rung: at }: TransactionStatus) => at !== null && compareRungs(at, rung) >= 0
  if (isThere(status)) return status
  // That the time is up is for the node to say: of a request that is given up nothing would be known.
  const rpc = createRpcClient(endpoint.rpcUrl, { timeoutMs: WAIT_SLICE_MS + ANSWER_MS })
  try {
    for (;;) {
      const left = deadline - Date.now()
      if (left <= 0) return null
      const params = [status.hash, rung, Math.min(left, WAIT_SLICE_MS)]
      const reached = (await rpc.request('soft_waitFor', params)) as TransactionStatus | null
      if (reached !== null) return reached
    }
  } finally {
    rpc.close()
  }
}
