/** One real network with one rollup, for the clients of a test file: started as a user starts it, and stopped afterwards. */

import { createHome } from '../devnet/beacon-cli.ts'

/** Of a whole file: what never comes must not be waited for in vain. */
export const TEST_TIMEOUT_MS = 300_000

export interface RollupNetwork extends AsyncDisposable {
  readonly home: ReturnType<typeof createHome>
  readonly chainId: number
  /** The gateway's: the same for the network's whole life. */
  readonly rpcUrl: string
  readonly wsUrl: string
  readonly validators: readonly { readonly index: number; readonly pid: number }[]
  /** Funded on the rollup. */
  readonly accounts: readonly { readonly address: `0x${string}`; readonly privateKey: `0x${string}` }[]
}

interface Endpoints {
  readonly beacon: Pick<RollupNetwork, 'validators'>
  readonly rollups: readonly Pick<RollupNetwork, 'chainId' | 'rpcUrl' | 'wsUrl'>[]
  readonly accounts: RollupNetwork['accounts']
}

export async function startRollup(): Promise<RollupNetwork> {
  const home = createHome()
  const dispose = () => home[Symbol.asyncDispose]()
  try {
    const up = ['devnet', 'up', '--detach', '--ports', 'auto', '--rollup', 'app']
    const { beacon, rollups, accounts } = await home.ok<Endpoints>(...up)
    const { chainId, rpcUrl, wsUrl } = rollups[0]!
    const { validators } = beacon
    return { home, chainId, rpcUrl, wsUrl, validators, accounts, [Symbol.asyncDispose]: dispose }
  } catch (cause) {
    await dispose()
    throw cause
  }
}
