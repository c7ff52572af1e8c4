/** The folder of a node that joins a network from elsewhere: its keys, which are made once, the network's genesis, and its configuration. */

import { randomBytes } from 'node:crypto'
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { BeaconGenesis } from '../../beacon/genesis.ts'
import { parseGenesisJson } from '../../beacon/genesis-json.ts'
import {
  type NodeConfig,
  type NodeConfigFile,
  type NodeKeys,
  readNodeConfig,
  readNodeKeys,
} from '../../config/node-config.ts'
import { diskError, writeJsonFile } from '../../devnet/folder.ts'
import { checkPeerHost } from '../../devnet/options.ts'
import { defineError } from '../../errors/beacon-error.ts'
import { makeFolder } from '../../platform/make-folder.ts'
import { toHex } from '../../primitives/bytes.ts'
import { formatPeerAddress, parsePeerAddress } from '../../primitives/peer-address.ts'

export interface JoinWishes {
  /** Made if missing. */
  readonly dir: string
  /** Of validators that it begins with; those of before if none are named. */
  readonly peers: readonly string[]
  /** The one that it was given before, if left out. */
  readonly genesisFile: string | undefined
  readonly host: string
  /** 0: the system picks one. */
  readonly port: number
  readonly rpcPort: number
  readonly sync: NodeConfig['sync']
}

export interface NodeFolder {
  readonly configFile: string
  readonly logFile: string
  readonly keys: NodeKeys
  readonly genesis: BeaconGenesis
}

export const PEER_ADDRESS_INVALID = defineError<{ text: string }>({
  code: 'C331',
  name: 'PEER_ADDRESS_INVALID',
  kind: 'user',
  message: ({ text }) => `'${text}' is no address of a peer`,
  hint: () =>
    'it is as beacon://KEY@HOST:PORT; where the network runs, `beacon devnet status` shows those of its validators',
})

export const NO_PEERS = defineError({
  code: 'C332',
  name: 'NO_PEERS',
  kind: 'user',
  message: () => 'the node knows nobody of the network',
  hint: () => 'name one of its validators with --peer; the folder remembers it for the next time',
})

export const GENESIS_UNREADABLE = defineError<{ path: string; reason: string }>({
  code: 'C333',
  name: 'GENESIS_UNREADABLE',
  kind: 'user',
  message: ({ path, reason }) => `${path} is no genesis of a network: ${reason}`,
  hint: () => "pass --genesis with a copy of the network's genesis.json, which is in the devnet's folder",
})

/** As quick as the network's own. */
const DELAY_BOUND_MS_MAX = 1_000
const BATCH_INTERVAL_MS = 2_000

/** Throws PEER_HOST_INVALID, PEER_ADDRESS_INVALID, GENESIS_UNREADABLE or NO_PEERS, or what the disk says. */
export function prepareNodeFolder(wishes: JoinWishes): NodeFolder {
  const dir = resolve(wishes.dir)
  const configFile = join(dir, 'config.json')
  const keysFile = join(dir, 'keys.json')
  const genesisFile = join(dir, 'genesis.json')
  const given = wishes.genesisFile === undefined ? genesisFile : resolve(wishes.genesisFile)
  checkPeerHost(wishes.host)
  for (const text of wishes.peers) checkPeer(text)
  const genesis = readGenesis(given)
  const peers = wishes.peers.length > 0 ? wishes.peers : peersOfBefore(configFile)
  if (peers.length === 0) throw NO_PEERS()
  try {
    makeFolder(dir, 0o700)
    if (given !== genesisFile) copyFileSync(given, genesisFile)
  } catch (cause) {
    throw diskError(dir, cause)
  }
  if (!existsSync(keysFile)) writeJsonFile(keysFile, createKeys(), 0o600)
  const config: NodeConfigFile = {
    schemaVersion: 1,
    validator: null,
    genesisFile: 'genesis.json',
    keysFile: 'keys.json',
    dataDir: 'data',
    peer: { host: wishes.host, port: wishes.port },
    peers: [...peers],
    sync: wishes.sync,
    rpc: { host: '127.0.0.1', port: wishes.rpcPort },
    l1: null,
    devAccounts: [],
    logLevel: 'info',
    timing: {
      delayBoundMs: Math.min(DELAY_BOUND_MS_MAX, Math.ceil((genesis.params.blockTimeMs * 2) / 5)),
      batchIntervalMs: BATCH_INTERVAL_MS,
    },
  }
  writeJsonFile(configFile, config, 0o600)
  return { configFile, logFile: join(dir, 'validator.log'), keys: readNodeKeys(keysFile), genesis }
}

function readGenesis(path: string): BeaconGenesis {
  try {
    return parseGenesisJson(JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    throw GENESIS_UNREADABLE({ path, reason: (cause as Error).message }, cause)
  }
}

function checkPeer(text: string): void {
  if (parsePeerAddress(text) === null) throw PEER_ADDRESS_INVALID({ text })
}

function peersOfBefore(configFile: string): string[] {
  return existsSync(configFile) ? readNodeConfig(configFile).config.peers.map(formatPeerAddress) : []
}

function createKeys(): NodeKeys {
  const secret = () => toHex(randomBytes(32))
  return { schemaVersion: 1, account: secret(), vote: secret(), network: secret(), poster: secret() }
}
