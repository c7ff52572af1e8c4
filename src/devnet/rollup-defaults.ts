/** What a rollup is like unless its creator says otherwise. */

import { DEFAULT_VM, type RollupSpec } from '../primitives/rollup-spec.ts'
import { DEV_ACCOUNTS } from './dev-accounts.ts'

export const FIRST_ROLLUP_CHAIN_ID = 7_700_001
const BALANCE_WEI = 10_000n * 10n ** 18n

/** A rollup with the dev accounts funded, blocks as soon as there is work, and dev methods. */
export function rollupSpec(fields: Pick<RollupSpec, 'name' | 'chainId'> & Partial<RollupSpec>): RollupSpec {
  return {
    sequencers: 5,
    vm: DEFAULT_VM,
    blockTimeMs: 0,
    heartbeatMs: 1_000,
    gasLimit: 30_000_000,
    minStake: 0n,
    devMethods: true,
    lifetimeBlocks: 0,
    alloc: DEV_ACCOUNTS.map(({ address }) => ({ address, balance: BALANCE_WEI })).sort((a, b) =>
      a.address < b.address ? -1 : 1,
    ),
    ...fields,
  }
}
