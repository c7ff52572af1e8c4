/**
 * The file that a validator process is started with: `node bin/node.js validator --config FILE`. The supervisor writes it, the process
 * reads it; a person may write one by hand to run a validator elsewhere. Secrets are in a second file, which only its owner can read.
 */

import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import * as z from 'zod'
import { defineError } from '../errors/beacon-error.ts'
import { listOf, nonEmptyText } from '../primitives/bounded.ts'
import { type Hex, isHex } from '../primitives/bytes.ts'
import { parsePeerAddress } from '../primitives/peer-address.ts'
import type { PeerAddress } from '../primitives/process-messages.ts'

const bytes = (length: number) =>
  z.custom<Hex>((value) => isHex(value, length), { error: `must be 0x-hex of ${length} bytes` })
const index = z.int().nonnegative()
const peerAddress = z.string().transform((text, context): PeerAddress => {
  const address = parsePeerAddress(text)
  if (address !== null) return address
  context.addIssue({ code: 'custom', message: 'must be as beacon://KEY@HOST:PORT' })
  return z.NEVER
})
const PEERS_MAX = 64
/** Port 0: the system picks one, which the process reports. */
const listener = z.strictObject({ host: nonEmptyText, port: z.int().min(0).max(65_535) })

const nodeConfigSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** Its index in the Beacon Layer's registry, for its log; null for one that isn't registered yet. */
  validator: index.nullable(),
  /** The network's genesis, as beacon/genesis-json.ts reads it. Relative paths start at this file's folder. */
  genesisFile: nonEmptyText,
  keysFile: nonEmptyText,
  /** Stores and write-ahead logs; made if missing. */
  dataDir: nonEmptyText,
  /** Where other validators connect. */
  peer: listener,
  /** Of validators, as `beacon://KEY@HOST:PORT`, by which it gets to know the others; a supervisor introduces them by itself. */
  peers: listOf(peerAddress, PEERS_MAX).default([]),
  /** How it makes up for epochs that it has missed: by its peers' state after one of them, which it checks, or by executing every block. */
  sync: z.enum(['snapshot', 'genesis']).default('genesis'),
  /** The Beacon Layer's JSON-RPC. Seats listen on the same host, on ports of the system's choosing. */
  rpc: listener,
  /** Null: batches aren't posted, and the ladder ends at `beacon`. */
  l1: z
    .strictObject({
      rpcUrl: z.url(),
      chainId: index,
      /** The BatchInbox contract. */
      inbox: bytes(20),
    })
    .nullable(),
  /** Private keys that eth_accounts and eth_sendTransaction offer on rollups; for networks at a desk only. */
  devAccounts: listOf(bytes(32), 64),
  /** How far blocks' time is before the clock, in ms. */
  timeAheadMs: index.default(0),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']),
  timing: z.strictObject({
    /** Bound on a message's way between honest validators; consensus derives its timeouts from it. */
    delayBoundMs: z.int().positive(),
    /** A seat posts a batch to the L1 at least this often while it has unposted blocks. */
    batchIntervalMs: z.int().positive(),
  }),
})

const nodeKeysSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** secp256k1 private key of the validator's Beacon account. */
  account: bytes(32),
  /** Seed of the BLS12-381 vote key (KeyGen of the IETF draft). */
  vote: bytes(32),
  /** Seed of the Ed25519 network key. */
  network: bytes(32),
  /** secp256k1 private key that pays L1 gas for batches. */
  poster: bytes(32),
})

export type NodeConfig = z.infer<typeof nodeConfigSchema>
/** As it stands in the file. */
export type NodeConfigFile = z.input<typeof nodeConfigSchema>
export type NodeKeys = z.infer<typeof nodeKeysSchema>

export const NODE_FILE_INVALID = defineError<{ path: string; reason: string }>({
  code: 'C901',
  name: 'NODE_FILE_INVALID',
  kind: 'user',
  message: ({ path, reason }) => `${path} can't be used: ${reason}`,
  hint: () => 'correct the file; of a devnet, `beacon devnet up --fresh` writes it anew',
})

/** Reads and checks a validator's configuration and keys; paths come back absolute. */
export function readNodeConfig(path: string): { config: NodeConfig; keys: NodeKeys } {
  const base = dirname(resolve(path))
  const raw = readJson(path, nodeConfigSchema)
  const config: NodeConfig = {
    ...raw,
    genesisFile: resolve(base, raw.genesisFile),
    keysFile: resolve(base, raw.keysFile),
    dataDir: resolve(base, raw.dataDir),
  }
  return { config, keys: readNodeKeys(config.keysFile) }
}

export function readNodeKeys(path: string): NodeKeys {
  return readJson(path, nodeKeysSchema)
}

function readJson<Schema extends z.ZodType>(path: string, schema: Schema): z.output<Schema> {
  let parsed: unknown
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw NODE_FILE_INVALID({ path, reason: cause instanceof Error ? cause.message : String(cause) }, cause)
  }
  const result = schema.safeParse(parsed)
  if (!result.success) throw NODE_FILE_INVALID({ path, reason: z.prettifyError(result.error) })
  return result.data
}
