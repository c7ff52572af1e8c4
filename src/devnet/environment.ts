/** A devnet as environment variables, for programs in any language. */

import { dirname, join } from 'node:path'
import type { Endpoints } from './endpoints.ts'

/**
 * `ETH_RPC_URL`, which many tools read, is that of the first rollup, or of the L1 where there is none. `BEACON_HOME` leads `beacon` and
 * attachDevnet() to this network.
 */
export function describeEnvironment(endpoints: Endpoints): Record<string, string> {
  const { dir, l1, beacon, rollups, accounts } = endpoints
  const [account] = accounts
  const main = rollups[0] ?? l1
  return {
    BEACON_HOME: dirname(dir),
    BEACON_ENDPOINTS_FILE: join(dir, 'endpoints.json'),
    BEACON_RPC_URL: beacon.rpcUrl,
    BEACON_CHAIN_ID: String(beacon.chainId),
    ...(l1 === null ? {} : { BEACON_L1_RPC_URL: l1.rpcUrl, BEACON_L1_CHAIN_ID: String(l1.chainId) }),
    BEACON_ROLLUPS: rollups.map((rollup) => rollup.name).join(','),
    ...Object.assign({}, ...rollups.map(describeRollup)),
    ...(account === undefined
      ? {}
      : { BEACON_ACCOUNT: account.address, BEACON_PRIVATE_KEY: account.privateKey }),
    ...(main === null ? {} : { ETH_RPC_URL: main.rpcUrl }),
  }
}

function describeRollup({
  name,
  rpcUrl,
  wsUrl,
  chainId,
}: Endpoints['rollups'][number]): Record<string, string> {
  const prefix = `BEACON_ROLLUP_${name.toUpperCase().replaceAll('-', '_')}`
  return {
    [`${prefix}_RPC_URL`]: rpcUrl,
    [`${prefix}_WS_URL`]: wsUrl,
    [`${prefix}_CHAIN_ID`]: String(chainId),
  }
}
