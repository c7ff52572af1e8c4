/** Registers a rollup on a simulated Beacon Layer, as `beacon rollup create` does. */

import { type Action, actionDigest, encodeAction } from '../../../src/beacon/actions.ts'
import { DEV_ACCOUNTS } from '../../../src/devnet/dev-accounts.ts'
import { rollupSpec } from '../../../src/devnet/rollup-defaults.ts'
import { sign } from '../../../src/platform/secp256k1.ts'
import { bigintToBytes, concatBytes, fromHex, toHex } from '../../../src/primitives/bytes.ts'
import type { NetworkIdentity } from '../../../src/primitives/ids.ts'
import type { SimulatedNetwork } from '../../../src/simulation/network.ts'

/** Nothing happens if no validator answers. */
export async function registerRollup(
  network: SimulatedNetwork,
  name: string,
  chainId: number,
): Promise<void> {
  const machine = network.machines.find(({ beaconUrl }) => beaconUrl !== null)
  if (machine === undefined) return
  const ask = (method: string, params: readonly unknown[]) =>
    network.ask(machine.index, machine.beaconUrl!, method, params)
  const identity = (await ask('beacon_getStatus', [])) as NetworkIdentity
  const action: Action = { type: 'registerRollup', nonce: 0, spec: rollupSpec({ name, chainId }) }
  const { r, s, yParity } = sign(actionDigest(identity, action), fromHex(DEV_ACCOUNTS[0]!.privateKey, 32))
  const signature = concatBytes(bigintToBytes(r, 32), bigintToBytes(s, 32), Uint8Array.of(27 + yParity))
  await ask('beacon_sendRawAction', [toHex(encodeAction(action, signature))])
}
