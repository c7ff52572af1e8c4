/** Has an account ask a simulated Beacon Layer for something, as commands do. */

import type { Action } from '../../../src/beacon/action-types.ts'
import { actionDigest, encodeAction } from '../../../src/beacon/actions.ts'
import type { AskedAction } from '../../../src/cli/send-action.ts'
import { addressOfPrivateKey, sign } from '../../../src/platform/secp256k1.ts'
import { bigintToBytes, concatBytes, fromHex, type Hex, toHex } from '../../../src/primitives/bytes.ts'
import type { NetworkIdentity } from '../../../src/primitives/ids.ts'
import type { SimulatedNetwork } from '../../../src/simulation/network.ts'

/** Nothing happens if no validator answers. Rejects if the one that was asked refuses. */
export async function askBeacon(
  network: SimulatedNetwork,
  asked: AskedAction,
  privateKey: Hex,
): Promise<void> {
  const machine = network.machines.find(({ beaconUrl }) => beaconUrl !== null)
  if (machine === undefined) return
  const ask = (method: string, params: readonly unknown[]) =>
    network.ask(machine.index, machine.beaconUrl!, method, params)
  const key = fromHex(privateKey, 32)
  const identity = (await ask('beacon_getStatus', [])) as NetworkIdentity
  const account = await ask('beacon_getAccount', [addressOfPrivateKey(key)])
  const { nextNonce: nonce } = account as { nextNonce: number }
  const action = { ...asked, nonce } as Action
  const { r, s, yParity } = sign(actionDigest(identity, action), key)
  const signature = concatBytes(bigintToBytes(r, 32), bigintToBytes(s, 32), Uint8Array.of(27 + yParity))
  await ask('beacon_sendRawAction', [toHex(encodeAction(action, signature))])
}
