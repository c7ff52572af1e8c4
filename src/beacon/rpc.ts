/**
 * The Beacon Layer's JSON-RPC. Every answer is about final blocks: there is no other state to ask for. A handful of Ethereum methods
 * lets wallets connect to it in order to sign actions.
 */

import { checkCount } from '../rpc/params.ts'
import type { Methods } from '../rpc/server.ts'
import type { BeaconApplication } from './application.ts'
import { chainMethods } from './rpc/chain-methods.ts'
import { electionMethods } from './rpc/election-methods.ts'
import { poolMethods } from './rpc/pool-methods.ts'
import { rollupMethods } from './rpc/rollup-methods.ts'
import { runtimeMethods } from './rpc/runtime-methods.ts'
import { stakeMethods } from './rpc/stake-methods.ts'

export function createBeaconMethods(
  app: BeaconApplication,
  { clientVersion }: { clientVersion: string },
): Methods {
  return {
    ...chainMethods(app),
    ...electionMethods(app),
    ...rollupMethods(app),
    ...stakeMethods(app),
    ...runtimeMethods(app),
    ...poolMethods(app),
    ...walletMethods(app, clientVersion),
  }
}

function walletMethods(app: BeaconApplication, clientVersion: string): Methods {
  const answering =
    (answer: () => string): Methods[string] =>
    (params) => {
      checkCount(params, 0, 0)
      return answer()
    }
  return {
    eth_chainId: answering(() => `0x${app.network.chainId.toString(16)}`),
    eth_blockNumber: answering(() => `0x${app.head.header.height.toString(16)}`),
    net_version: answering(() => app.network.chainId.toString()),
    web3_clientVersion: answering(() => clientVersion),
  }
}
