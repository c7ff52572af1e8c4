/**
 * Puts the inbox on the L1, once. In: an account that can pay, and what the inbox is for. Out: its address, which follows from its code, its
 * parameters and the salt alone: so whoever deploys it, and however often it is tried, a network has one inbox on an L1.
 */

import { concatBytes, fromHex, type Hex, toHex } from '../primitives/bytes.ts'
import { keccak256 } from '../primitives/hash.ts'
import { type InboxParameters, inboxCreationCode } from './inbox.ts'
import type { L1Client } from './l1-client.ts'
import type { L1Account } from './l1-transaction.ts'
import { confirm, pay } from './payment.ts'

export interface InboxDeployment extends InboxParameters {
  /** 32 B. Two networks on one L1 differ here: use the network's genesis hash. */
  readonly salt: Hex
}

/**
 * The proxy that deploys by CREATE2 at the same address on every chain (github.com/Arachnid/deterministic-deployment-proxy); anvil has it from
 * the start. Where it is missing, anyone can create it by paying `DEPLOYER` and sending the one transaction that it ever signed.
 */
const PROXY: Hex = '0x4e59b44847b379578588920ca78fbf26c0b4956c'
const PROXY_DEPLOYER: Hex = '0x3fab184622dc19b6109349b94811493bf2a45362'
const PROXY_COST_WEI = 10n ** 16n
const PROXY_TRANSACTION: Hex =
  '0xf8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf31ba02222222222222222222222222222222222222222222222222222222222222222a02222222222222222222222222222222222222222222222222222222222222222'

const DEADLINE_MS = 120_000

export function inboxAddress(deployment: InboxDeployment): Hex {
  const creationCodeHash = keccak256(inboxCreationCode(deployment))
  const bound = concatBytes(
    Uint8Array.of(0xff),
    fromHex(PROXY, 20),
    fromHex(deployment.salt, 32),
    creationCodeHash,
  )
  return toHex(keccak256(bound).subarray(12))
}

/** Deploys the inbox unless it is there, and resolves with its address once its code is in a block. */
export async function deployInbox(
  client: L1Client,
  account: L1Account,
  deployment: InboxDeployment,
  deadlineMs = DEADLINE_MS,
): Promise<Hex> {
  const address = inboxAddress(deployment)
  if (await isDeployed(client, address)) return address
  await ensureProxy(client, account, deadlineMs)
  const data = concatBytes(fromHex(deployment.salt, 32), inboxCreationCode(deployment))
  const transaction = await pay(client, account, { to: PROXY, data, value: 0n })
  try {
    await confirm(client, transaction, 'deploying the inbox', deadlineMs)
  } catch (error) {
    // Somebody else's deployment came first: theirs is ours.
    if (!(await isDeployed(client, address))) throw error
  }
  return address
}

async function isDeployed(client: L1Client, address: Hex): Promise<boolean> {
  return (await client.code(address)) !== '0x'
}

async function ensureProxy(client: L1Client, account: L1Account, deadlineMs: number): Promise<void> {
  if (await isDeployed(client, PROXY)) return
  const payment = await pay(client, account, {
    to: PROXY_DEPLOYER,
    data: new Uint8Array(),
    value: PROXY_COST_WEI,
  })
  await confirm(client, payment, 'paying for the CREATE2 proxy', deadlineMs)
  const creation = await client.sendTransaction(fromHex(PROXY_TRANSACTION))
  await confirm(client, creation, 'creating the CREATE2 proxy', deadlineMs)
}
