/** A chain as test code uses it: its address, a plain EIP-1193 `request`, and what ethers and viem want to be given. */

import type { JsonRpcProvider, Wallet } from 'ethers'
import type { Hex } from '../primitives/bytes.ts'
import type { RpcClient } from '../rpc/client.ts'

export type Ethers = typeof import('ethers')

export interface TestAccount {
  /** In lower case. */
  readonly address: Hex
  readonly privateKey: Hex
}

export interface RpcRequest {
  readonly method: string
  /** A list; unknown because clients type it in their own ways. */
  readonly params?: unknown
}

/** What viem calls a chain; its `http()` without a URL goes to the first of `rpcUrls`. */
export interface ViemChain {
  readonly id: number
  readonly name: string
  readonly nativeCurrency: { readonly name: string; readonly symbol: string; readonly decimals: number }
  readonly rpcUrls: {
    readonly default: { readonly http: readonly [string]; readonly webSocket: readonly [string] }
  }
  readonly testnet: true
}

export interface ChainAddress {
  readonly name: string
  readonly rpcUrl: string
  readonly wsUrl: string
  readonly chainId: number
}

export interface ChainParts {
  readonly rpc: RpcClient
  readonly ethers: Ethers
  readonly accounts: readonly TestAccount[]
  /** Called with what must happen when the devnet is disposed of. */
  readonly onDispose: (end: () => void) => void
}

/** ethers asks this often for new blocks while somebody waits for one; blocks come within tens of milliseconds. */
const POLLING_INTERVAL_MS = 50

/**
 * @example
 * const client = createPublicClient({ chain: rollup.viemChain, transport: custom(rollup) }) // viem
 * const balance = await rollup.provider().getBalance(address) // ethers
 */
export class TestChain {
  readonly name: string
  readonly rpcUrl: string
  readonly wsUrl: string
  readonly chainId: number
  readonly #parts: ChainParts
  #provider: JsonRpcProvider | undefined

  constructor({ name, rpcUrl, wsUrl, chainId }: ChainAddress, parts: ChainParts) {
    this.name = name
    this.rpcUrl = rpcUrl
    this.wsUrl = wsUrl
    this.chainId = chainId
    this.#parts = parts
  }

  /** EIP-1193. Bound to this chain, so that it can be handed on. Throws an error with a `code` if the node refuses. */
  readonly request = async <Result = unknown>({ method, params = [] }: RpcRequest): Promise<Result> =>
    (await this.#parts.rpc.request(method, params as readonly unknown[])) as Result

  /** ethers' provider of this chain: the same at each call, destroyed with the devnet. */
  provider(): JsonRpcProvider {
    this.#provider ??= this.#connect()
    return this.#provider
  }

  /** An account that has funds here, as ethers' wallet. Throws a RangeError if there are fewer. */
  signer(index = 0): Wallet {
    const { ethers, accounts } = this.#parts
    const account = accounts[index]
    if (account === undefined) throw new RangeError(`there are ${accounts.length} accounts, and no ${index}`)
    return new ethers.Wallet(account.privateKey, this.provider())
  }

  get viemChain(): ViemChain {
    const { chainId: id, name, rpcUrl, wsUrl } = this
    const nativeCurrency = { name: 'Ether', symbol: 'ETH', decimals: 18 }
    return {
      id,
      name,
      nativeCurrency,
      rpcUrls: { default: { http: [rpcUrl], webSocket: [wsUrl] } },
      testnet: true,
    }
  }

  #connect(): JsonRpcProvider {
    const { ethers, onDispose } = this.#parts
    const provider = new ethers.JsonRpcProvider(this.rpcUrl, this.chainId, {
      staticNetwork: true,
      cacheTimeout: -1,
      pollingInterval: POLLING_INTERVAL_MS,
    })
    onDispose(() => provider.destroy())
    return provider
  }
}
