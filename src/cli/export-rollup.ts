/** A rollup as other tools want to be told of it: ready configuration, complete with its URL, chain id and funded accounts. Pure. */

import type { Endpoints, RollupEndpoint } from '../devnet/endpoints.ts'

export const EXPORT_TARGETS = ['viem', 'ethers', 'hardhat', 'foundry', 'wagmi', 'metamask'] as const

export type ExportTarget = (typeof EXPORT_TARGETS)[number]

type Account = Endpoints['accounts'][number]

const EVERYBODY_KNOWS = 'everybody knows this key: never use it elsewhere'
const CURRENCY = `{ name: 'Ether', symbol: 'ETH', decimals: 18 }`

const RENDERERS: Readonly<
  Record<ExportTarget, (rollup: RollupEndpoint, accounts: readonly Account[]) => string>
> = {
  viem: renderViem,
  ethers: renderEthers,
  hardhat: renderHardhat,
  foundry: renderFoundry,
  wagmi: renderWagmi,
  metamask: renderMetaMask,
}

/** The text of a file: a module for the JavaScript tools, TOML for Foundry, JSON for MetaMask. */
export function exportRollup(
  target: ExportTarget,
  rollup: RollupEndpoint,
  accounts: readonly Account[],
): string {
  return `${RENDERERS[target](rollup, accounts).trim()}\n`
}

function renderViem(rollup: RollupEndpoint, [account]: readonly Account[]): string {
  const name = identifierOf(rollup)
  return `
import { createPublicClient, createWalletClient, defineChain, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

${defineChain(rollup)}

export const publicClient = createPublicClient({ chain: ${name}, transport: http() })

// ${EVERYBODY_KNOWS}
const account = privateKeyToAccount(${quote(account!.privateKey)})
export const walletClient = createWalletClient({ account, chain: ${name}, transport: http() })
`
}

function renderEthers({ rpcUrl, chainId }: RollupEndpoint, [account]: readonly Account[]): string {
  return `
import { JsonRpcProvider, Wallet } from 'ethers'

export const provider = new JsonRpcProvider(${quote(rpcUrl)}, ${chainId}, { staticNetwork: true })

// ${EVERYBODY_KNOWS}
export const signer = new Wallet(${quote(account!.privateKey)}, provider)
`
}

/** For Hardhat 3. */
function renderHardhat({ name, rpcUrl, chainId }: RollupEndpoint, accounts: readonly Account[]): string {
  const keys = accounts.map(({ privateKey }) => `        ${quote(privateKey)},`).join('\n')
  return `
import { defineConfig } from 'hardhat/config'

export default defineConfig({
  networks: {
    ${quote(name)}: {
      type: 'http',
      chainType: 'l1',
      url: ${quote(rpcUrl)},
      chainId: ${chainId},
      // ${EVERYBODY_KNOWS}
      accounts: [
${keys}
      ],
    },
  },
})
`
}

/** A section that an existing foundry.toml can take in. */
function renderFoundry({ name, rpcUrl, chainId }: RollupEndpoint, [account]: readonly Account[]): string {
  return `
# chain ${chainId}; funded: ${account!.address}, whose key is ${account!.privateKey} (${EVERYBODY_KNOWS})
# forge create --rpc-url ${name} --private-key $KEY --broadcast ...
[rpc_endpoints]
${JSON.stringify(name)} = ${JSON.stringify(rpcUrl)}
`
}

function renderWagmi(rollup: RollupEndpoint): string {
  const name = identifierOf(rollup)
  return `
import { createConfig, http } from 'wagmi'
import { defineChain } from 'viem'

${defineChain(rollup)}

export const config = createConfig({ chains: [${name}], transports: { [${name}.id]: http() } })
`
}

/** The parameter of wallet_addEthereumChain (EIP-3085). */
function renderMetaMask({ name, rpcUrl, chainId }: RollupEndpoint): string {
  const parameter = {
    chainId: `0x${chainId.toString(16)}`,
    chainName: name,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: [rpcUrl],
  }
  return JSON.stringify(parameter, null, 2)
}

function defineChain(rollup: RollupEndpoint): string {
  const { name, chainId, rpcUrl, wsUrl } = rollup
  return `export const ${identifierOf(rollup)} = defineChain({
  id: ${chainId},
  name: ${quote(name)},
  nativeCurrency: ${CURRENCY},
  rpcUrls: { default: { http: [${quote(rpcUrl)}], webSocket: [${quote(wsUrl)}] } },
  testnet: true,
})`
}

/** `my-app` gives myAppChain, which is never a reserved word. */
function identifierOf({ name }: RollupEndpoint): string {
  return `${name.replaceAll(/-+(.?)/g, (_, letter: string) => letter.toUpperCase())}Chain`
}

function quote(text: string): string {
  return `'${text}'`
}
