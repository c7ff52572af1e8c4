/** endpoints.json: where everything of a running devnet is to be found, for scripts and other commands. Rewritten whenever that changes. */

import * as z from 'zod'
import { type Hex, toHex } from '../primitives/bytes.ts'
import { formatPeerAddress } from '../primitives/peer-address.ts'
import type { PeerAddress } from '../primitives/process-messages.ts'
import { type DevnetFolder, FILE_DAMAGED, readJsonFile, writeJsonFile } from './folder.ts'
import type { OpenRollup } from './gateways.ts'
import type { PlannedValidator } from './plan.ts'
import type { ProcessStatus } from './process-table.ts'

const hex = z.custom<Hex>((value) => typeof value === 'string' && value.startsWith('0x'))

const endpointsSchema = z.object({
  schemaVersion: z.literal(1),
  name: z.string(),
  status: z.enum(['running', 'stopped']),
  dir: z.string(),
  seed: z.string(),
  /** The supervisor's process. */
  pid: z.int(),
  l1: z.object({ rpcUrl: z.string(), chainId: z.int() }).nullable(),
  beacon: z.object({
    rpcUrl: z.string(),
    chainId: z.int(),
    genesisHash: hex,
    validators: z.array(
      z.object({
        index: z.int(),
        address: hex,
        /** BLS vote key. */
        pubkey: hex,
        /** Null while it is not running. */
        pid: z.int().nullable(),
        /** Where it listens for peers, as `validator join --peer` takes it; null if it was never up. */
        peer: z.string().nullable().default(null),
        /** Wei of the Beacon token, decimal. */
        stake: z.string(),
      }),
    ),
  }),
  rollups: z.array(
    z.object({
      id: z.int(),
      name: z.string(),
      chainId: z.int(),
      rpcUrl: z.string(),
      wsUrl: z.string(),
      vm: z.string(),
      epoch: z.int(),
      committee: z.array(
        z.object({
          seat: z.int(),
          validator: z.int(),
          address: hex,
          /** Where the seat itself answers; null while its validator is down. */
          rpcUrl: z.string().nullable().default(null),
        }),
      ),
    }),
  ),
  contracts: z.object({ inbox: hex.optional() }),
  accounts: z.array(z.object({ address: hex, privateKey: hex })),
})

export type Endpoints = z.infer<typeof endpointsSchema>
export type RollupEndpoint = Endpoints['rollups'][number]

export function writeEndpoints(folder: DevnetFolder, endpoints: Endpoints): void {
  writeJsonFile(folder.endpointsFile, endpoints)
}

/** Null if the devnet was never up. */
export function readEndpoints(folder: DevnetFolder): Endpoints | null {
  const value = readJsonFile(folder.endpointsFile)
  if (value === undefined) return null
  const parsed = endpointsSchema.safeParse(value)
  if (!parsed.success)
    throw FILE_DAMAGED({ path: folder.endpointsFile, reason: z.prettifyError(parsed.error) })
  return parsed.data
}

export function describeValidators(
  validators: readonly PlannedValidator[],
  processes: readonly ProcessStatus[],
  peers: ReadonlyMap<number, PeerAddress>,
): Endpoints['beacon']['validators'] {
  return validators.map(({ index, account, process, stake, votePublicKey }) => {
    const peer = peers.get(index)
    return {
      index,
      address: account,
      pubkey: toHex(votePublicKey),
      pid: processes.find(({ name }) => name === process)?.pid ?? null,
      peer: peer === undefined ? null : formatPeerAddress(peer),
      stake: stake.toString(),
    }
  })
}

export function describeRollup(rollup: OpenRollup, validators: readonly PlannedValidator[]): RollupEndpoint {
  const { id, name, chainId, vm, epoch, gateway, seats } = rollup
  const committee = seats.map(({ seat, validator, rpcUrl }) => ({
    seat,
    validator,
    address: validators.find(({ index }) => index === validator)!.account,
    rpcUrl,
  }))
  const { rpcUrl, wsUrl } = gateway
  return { id, name, chainId, rpcUrl, wsUrl, vm, epoch, committee }
}
