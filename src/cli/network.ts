/** A running devnet as commands see it: where its chains answer. */

import { askSupervisor } from '../devnet/control-client.ts'
import type { DevnetStatus } from '../devnet/devnet.ts'
import type { Endpoints, RollupEndpoint } from '../devnet/endpoints.ts'
import type { DevnetFolder } from '../devnet/folder.ts'
import { defineError } from '../errors/beacon-error.ts'
import { createRpcClient, type RpcClient } from '../rpc/client.ts'
import type { RollupAnswer } from './beacon-answers.ts'

export const NOT_UP_YET = defineError<{ name: string }>({
  code: 'C103',
  name: 'NOT_UP_YET',
  kind: 'environment',
  message: ({ name }) => `devnet '${name}' is still starting`,
  hint: () => '`beacon devnet up` returns when it is up; try again then',
})

export const ROLLUP_UNKNOWN = defineError<{ name: string; known: readonly string[] }>({
  code: 'C104',
  name: 'ROLLUP_UNKNOWN',
  kind: 'user',
  message: ({ name }) => `there is no rollup '${name}'`,
  hint: ({ known }) =>
    known.length === 0
      ? 'there is none yet: `beacon rollup create` makes one'
      : `there is ${known.join(', ')}; \`beacon rollup create\` makes another`,
})

export interface Network {
  readonly endpoints: Endpoints
  readonly beacon: RpcClient
  rollup(name: string): { readonly endpoint: RollupEndpoint; readonly rpc: RpcClient }
}

const STATUS_TIMEOUT_MS = 5_000

/** Throws NOT_RUNNING, or NOT_UP_YET. `timeoutMs` bounds each request. */
export async function openNetwork(folder: DevnetFolder, timeoutMs: number): Promise<Network> {
  const { endpoints } = await fetchStatus(folder)
  if (endpoints === null) throw NOT_UP_YET({ name: folder.name })
  return {
    endpoints,
    beacon: createRpcClient(endpoints.beacon.rpcUrl, { timeoutMs }),
    rollup(name) {
      const known = endpoints.rollups.map((rollup) => rollup.name)
      const endpoint = endpoints.rollups.find((rollup) => rollup.name === name)
      if (endpoint === undefined) throw ROLLUP_UNKNOWN({ name, known })
      return { endpoint, rpc: createRpcClient(endpoint.rpcUrl, { timeoutMs }) }
    },
  }
}

/** Throws ROLLUP_UNKNOWN. One that is registered may not be served yet. */
export async function checkRollupIsRegistered({ beacon }: Network, name: string): Promise<void> {
  const rollups = (await beacon.request('beacon_getRollups')) as RollupAnswer[]
  const known = rollups.map((rollup) => rollup.name)
  if (!known.includes(name)) throw ROLLUP_UNKNOWN({ name, known })
}

export function fetchStatus(folder: DevnetFolder): Promise<DevnetStatus> {
  return askSupervisor(folder.path, 'status', {}, STATUS_TIMEOUT_MS) as Promise<DevnetStatus>
}
