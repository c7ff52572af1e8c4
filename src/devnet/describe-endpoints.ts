/** The endpoints of a network that a supervisor runs. */

import type { PeerAddress } from '../primitives/process-messages.ts'
import { inboxAddress } from '../settlement/deploy.ts'
import { DEV_ACCOUNTS } from './dev-accounts.ts'
import { describeRollup, describeValidators, type Endpoints } from './endpoints.ts'
import type { DevnetFolder } from './folder.ts'
import type { Gateways } from './gateways.ts'
import { inboxOf } from './network-processes.ts'
import type { DevnetPlan, PlannedValidator } from './plan.ts'
import type { ProcessStatus } from './process-table.ts'

export interface RunningDevnet {
  readonly plan: DevnetPlan
  readonly folder: DevnetFolder
  readonly isRunning: boolean
  readonly l1: Endpoints['l1']
  readonly validators: readonly PlannedValidator[]
  readonly processes: readonly ProcessStatus[]
  /** By validator. */
  readonly peers: ReadonlyMap<number, PeerAddress>
  readonly gateways: Gateways
}

export function describeEndpoints(devnet: RunningDevnet): Endpoints {
  const { plan, folder, isRunning, l1, validators, processes, peers, gateways } = devnet
  return {
    schemaVersion: 1,
    name: folder.name,
    status: isRunning ? 'running' : 'stopped',
    dir: folder.path,
    seed: plan.options.seed,
    pid: process.pid,
    l1,
    beacon: {
      rpcUrl: gateways.beacon.rpcUrl,
      chainId: plan.genesis.chainId,
      genesisHash: plan.genesisHash,
      validators: describeValidators(validators, processes, peers),
    },
    rollups: gateways.rollups.map((rollup) => describeRollup(rollup, validators)),
    contracts: l1 === null ? {} : { inbox: inboxAddress(inboxOf(plan)) },
    accounts: [...DEV_ACCOUNTS],
  }
}
