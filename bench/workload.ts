/** Transactions for any Ethereum node whose dev accounts are funded: signed beforehand, so that signing isn't measured. */

import { getCreateAddress, Interface } from 'ethers'
import { DEV_ACCOUNTS } from '../src/devnet/dev-accounts.ts'
import { fromHex, type Hex, toHex } from '../src/primitives/bytes.ts'
import { signTransaction, type Unsigned } from '../src/rollup/sign-transaction.ts'
import type { RpcClient } from '../src/rpc/client.ts'
import { compileToken } from '../test/clients/token.ts'

export interface Workload {
  readonly name: string
  /** By sender, in order of nonce. */
  readonly transactions: readonly (readonly Hex[])[]
}

const RECEIVER: Hex = '0x00000000000000000000000000000000000b0a70'
const SUPPLY = 10n ** 30n
const FEES = { maxPriorityFeePerGas: 10n ** 9n, maxFeePerGas: 100n * 10n ** 9n, gasPrice: null }

/** Signs for the account at `index` among the dev accounts. */
export class Signer {
  readonly address: Hex
  readonly #key: Uint8Array
  readonly #chainId: number
  #nonce: number

  private constructor(index: number, chainId: number, nonce: number) {
    this.address = DEV_ACCOUNTS[index]!.address
    this.#key = fromHex(DEV_ACCOUNTS[index]!.privateKey)
    this.#chainId = chainId
    this.#nonce = nonce
  }

  static async create(rpc: RpcClient, chainId: number, index: number): Promise<Signer> {
    const { address } = DEV_ACCOUNTS[index]!
    return new Signer(
      index,
      chainId,
      Number(await rpc.request('eth_getTransactionCount', [address, 'latest'])),
    )
  }

  get nonce(): number {
    return this.#nonce
  }

  transfer(): Hex {
    return this.#sign({ to: RECEIVER, value: 1n, data: new Uint8Array(), gasLimit: 21_000 })
  }

  call(to: Hex | null, data: Hex, gasLimit: number): Hex {
    return this.#sign({ to, value: 0n, data: fromHex(data), gasLimit })
  }

  #sign(message: Pick<Unsigned, 'to' | 'value' | 'data' | 'gasLimit'>): Hex {
    const unsigned = { ...FEES, ...message, nonce: this.#nonce++, accessList: [] }
    return toHex(signTransaction(unsigned, this.#chainId, this.#key))
  }
}

export function createSigners(rpc: RpcClient, chainId: number): Promise<Signer[]> {
  return Promise.all(DEV_ACCOUNTS.map((_, index) => Signer.create(rpc, chainId, index)))
}

export function transfers(signers: readonly Signer[], count: number): Workload {
  const each = Math.ceil(count / signers.length)
  return {
    name: 'transfer',
    transactions: signers.map((signer) => Array.from({ length: each }, () => signer.transfer())),
  }
}

/** An OpenZeppelin ERC-20, as the first signer deploys it, and transfers of it. All but the transfers is sent and awaited here. */
export async function tokenTransfers(
  rpc: RpcClient,
  signers: readonly Signer[],
  count: number,
): Promise<Workload> {
  const { abi, bytecode } = compileToken()
  const token = new Interface(abi)
  const [owner] = signers as [Signer, ...Signer[]]
  const address = getCreateAddress({ from: owner.address, nonce: owner.nonce }).toLowerCase() as Hex
  const creation = `${bytecode}${token.encodeDeploy([SUPPLY]).slice(2)}` as Hex
  const endow = (signer: Signer) =>
    token.encodeFunctionData('transfer', [signer.address, SUPPLY / 100n]) as Hex
  await rpc.request('eth_sendRawTransaction', [owner.call(null, creation, 3_000_000)])
  for (const signer of [...signers.slice(1)]) {
    await rpc.request('eth_sendRawTransaction', [owner.call(address, endow(signer), 100_000)])
  }
  await nonceReached(rpc, owner.address, owner.nonce)
  const data = token.encodeFunctionData('transfer', [RECEIVER, 1n]) as Hex
  const each = Math.ceil(count / signers.length)
  return {
    name: 'ERC-20 transfer',
    transactions: signers.map((signer) =>
      Array.from({ length: each }, () => signer.call(address, data, 100_000)),
    ),
  }
}

const POLL_INTERVAL_MS = 5
const DEADLINE_MS = 120_000

/** Resolves when the account's transactions below `nonce` all have receipts. */
export async function nonceReached(rpc: RpcClient, address: Hex, nonce: number): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS
  while (Number(await rpc.request('eth_getTransactionCount', [address, 'latest'])) < nonce) {
    if (performance.now() > deadline) throw new Error(`the transactions of ${address} took too long`)
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS))
  }
}
