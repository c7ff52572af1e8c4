/** Has an account ask the Beacon Layer for something, and waits until a final block says whether it was done. */

import { setTimeout as delay } from 'node:timers/promises'
import type { Action } from '../beacon/action-types.ts'
import { actionDigest, encodeAction } from '../beacon/actions.ts'
import { defineError } from '../errors/beacon-error.ts'
import { addressOfPrivateKey, sign } from '../platform/secp256k1.ts'
import { bigintToBytes, concatBytes, fromHex, type Hex, toHex } from '../primitives/bytes.ts'
import type { NetworkIdentity } from '../primitives/ids.ts'
import type { RpcClient } from '../rpc/client.ts'
import { RpcError } from '../rpc/rpc-error.ts'

/** An action but for its nonce, which is the account's next. */
export type AskedAction = Action extends infer One ? (One extends Action ? Omit<One, 'nonce'> : never) : never

export interface ActionReceipt {
  readonly hash: Hex
  readonly sender: Hex
  /** Why nothing was done but to take the fee; null if it was done. */
  readonly refusal: string | null
  /** Of the Beacon block that holds it. */
  readonly height: number
}

export const ACTION_LATE = defineError<{ hash: Hex; timeoutMs: number }>({
  code: 'C308',
  name: 'ACTION_LATE',
  kind: 'environment',
  message: ({ hash, timeoutMs }) => `the Beacon Layer has not taken up ${hash} within ${timeoutMs} ms`,
  hint: () => '`beacon devnet status` tells whether it makes blocks; the action may still come',
})

const POLL_MS = 50
const NONCE_ATTEMPTS = 10

export async function sendAction(
  beacon: RpcClient,
  asked: AskedAction,
  privateKey: Hex,
  timeoutMs: number,
): Promise<ActionReceipt> {
  const hash = await submit(beacon, asked, fromHex(privateKey, 32))
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const receipt = (await beacon.request('beacon_getActionReceipt', [hash])) as ActionReceipt | null
    if (receipt !== null) return receipt
    if (Date.now() > deadline) throw ACTION_LATE({ hash, timeoutMs })
    await delay(POLL_MS)
  }
}

/** With the account's next nonce: another one if the same account asks for something else at that moment. */
async function submit(beacon: RpcClient, asked: AskedAction, key: Uint8Array): Promise<Hex> {
  const identity = (await beacon.request('beacon_getStatus')) as NetworkIdentity
  for (let attemptsLeft = NONCE_ATTEMPTS - 1; ; attemptsLeft--) {
    const account = await beacon.request('beacon_getAccount', [addressOfPrivateKey(key)])
    const { nextNonce: nonce } = account as { nextNonce: number }
    const action = { ...asked, nonce } as Action
    const raw = toHex(encodeAction(action, signAction(identity, action, key)))
    try {
      return (await beacon.request('beacon_sendRawAction', [raw])) as Hex
    } catch (error) {
      if (attemptsLeft === 0 || !isNonceGone(error)) throw error
    }
  }
}

function isNonceGone(error: unknown): boolean {
  if (!(error instanceof RpcError)) return false
  const { reason } = (error.data ?? {}) as { reason?: unknown }
  return reason === 'NONCE_TAKEN' || reason === 'NONCE_TOO_LOW'
}

/** As a wallet would: r || s || v. */
function signAction(network: NetworkIdentity, action: Action, privateKey: Uint8Array): Uint8Array {
  const { r, s, yParity } = sign(actionDigest(network, action), privateKey)
  return concatBytes(bigintToBytes(r, 32), bigintToBytes(s, 32), Uint8Array.of(27 + yParity))
}
