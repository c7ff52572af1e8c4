/** How far a node has come: behind the network, with it, registered, serving. Asked of the node itself, which believes certificates only. */

import { setTimeout as delay } from 'node:timers/promises'
import { type Hex, toHex } from '../../primitives/bytes.ts'
import type { RpcClient } from '../../rpc/client.ts'
import type { ValidatorAnswer, ValidatorSetAnswer } from '../beacon-answers.ts'

export interface Position {
  readonly height: number
  readonly epoch: number
}

interface StatusAnswer {
  readonly head: { readonly height: number; readonly time: number }
  readonly epoch: number
  readonly params: { readonly blockTimeMs: number }
}

const POLL_MS = 500
/** Between two lines about the same. */
const SAY_MS = 3_000
/** A head younger than so many block times is the network's, or nearly. */
const BEHIND_BLOCKS_MAX = 6

/** Resolves once the node's head is as young as the network's blocks are. */
export async function followed(rpc: RpcClient, say: (position: Position) => void): Promise<Position> {
  let saidAt = 0
  for (;;) {
    const { head, epoch, params } = (await rpc.request('beacon_getStatus')) as StatusAnswer
    const position = { height: head.height, epoch }
    if (head.height > 0 && Date.now() - head.time < BEHIND_BLOCKS_MAX * params.blockTimeMs) return position
    if (Date.now() - saidAt >= SAY_MS) {
      saidAt = Date.now()
      say(position)
    }
    await delay(POLL_MS)
  }
}

/** The registry's entry with that vote key; null if there is none. */
export async function registered(rpc: RpcClient, votePublicKey: Uint8Array): Promise<ValidatorAnswer | null> {
  const key = toHex(votePublicKey)
  const known = (await rpc.request('beacon_getValidators')) as ValidatorAnswer[]
  return known.find((validator) => validator.votePublicKey === key) ?? null
}

/** Resolves to the epoch in which the validator serves for the first time that is seen. */
export async function serving(rpc: RpcClient, index: number): Promise<number> {
  for (;;) {
    const { epoch, validators } = (await rpc.request('beacon_getValidatorSet')) as ValidatorSetAnswer
    if (validators.some(({ validator }) => validator === index)) return epoch
    await delay(POLL_MS)
  }
}

/** Resolves once the account has that much. */
export async function funded(rpc: RpcClient, account: Hex, amount: bigint, say: () => void): Promise<void> {
  for (let saidAt = 0; ; await delay(POLL_MS)) {
    const { balance } = (await rpc.request('beacon_getAccount', [account])) as { balance: string }
    if (BigInt(balance) >= amount) return
    if (Date.now() - saidAt < 10 * SAY_MS) continue
    saidAt = Date.now()
    say()
  }
}
