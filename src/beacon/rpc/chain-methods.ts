/** JSON-RPC about the Beacon chain: its status, blocks, certificates, and proofs of its state. */

import type { Block } from '../../consensus/block.ts'
import { encodeHeader, headerDigest } from '../../consensus/header.ts'
import { writeCertificate } from '../../consensus/vote.ts'
import { toHex } from '../../primitives/bytes.ts'
import { ByteWriter } from '../../primitives/codec.ts'
import { presentIdentity } from '../../primitives/forks.ts'
import type { Height } from '../../primitives/ids.ts'
import { checkCount, optional, readAddress, readText } from '../../rpc/params.ts'
import type { Methods } from '../../rpc/server.ts'
import type { BeaconApplication } from '../application.ts'
import { type Json, toJson } from '../json.ts'
import { decodeAppHeader, decodeBody, decodeItems } from '../payload.ts'
import { createStateProof } from '../state-proof.ts'
import { readBeaconBlock, readHeight } from './readers.ts'

const KEY_LENGTH_MAX = 256

export function chainMethods(app: BeaconApplication): Methods {
  const blockNamed = (params: readonly unknown[]): Block | null => {
    checkCount(params, 0, 1)
    return readBeaconBlock(app, params[0], 'block')
  }
  return {
    beacon_chainId: () => app.network.chainId,
    beacon_getStatus: () => status(app),
    beacon_getHeader: (params) => {
      const block = blockNamed(params)
      return block === null ? null : renderHeader(block)
    },
    beacon_getBlock: (params) => {
      const block = blockNamed(params)
      return block === null ? null : renderBlock(block)
    },
    beacon_getCertificate: (params) => {
      const block = blockNamed(params)
      return block === null ? null : certificateCovering(app, block.header.height)
    },
    beacon_getAccount: (params) => account(app, params),
    beacon_getProof: (params) => {
      checkCount(params, 1, 2)
      const key = readText(params[0], 'key', KEY_LENGTH_MAX)
      return stateProof(app, key, optional(readHeight)(params[1], 'height') ?? app.head.header.height)
    },
  }
}

function status(app: BeaconApplication): Json {
  const { chainId, genesisHash, forkId } = presentIdentity(app.network)
  const { header, digest } = app.head
  return toJson({
    chainId,
    genesisHash,
    forkId,
    head: { height: header.height, digest, time: header.time, stateRoot: header.stateRoot },
    epoch: app.epoch,
    params: app.params,
    validators: app.state.validators().length,
    rollups: app.state.aliveRollups().length,
    burned: app.state.burned(),
    pool: { actions: app.pool.actions.size, evidence: app.pool.evidence.size },
  })
}

/** The consensus header with its digest, and what the application's part says. */
export function renderHeader({ header, digest, appHeader }: Block): Json {
  return toJson({ digest, ...header, ...decodeAppHeader(appHeader), encoded: encodeHeader(header) })
}

/** Of a block that may have been left behind with those before a snapshot; null if nothing is known of it. */
export function renderFinalHeader(app: BeaconApplication, at: Height): Json {
  const block = app.chain.blockAt(at)
  if (block !== null) return renderHeader(block)
  const header = app.chain.finalHeader(at)?.headers[0]
  return header === undefined
    ? null
    : toJson({ digest: headerDigest(header), ...header, encoded: encodeHeader(header) })
}

function renderBlock(block: Block): Json {
  const { actions, records, evidence } = decodeItems(decodeBody(block.appBody))
  const header = renderHeader(block) as object
  return {
    ...header,
    ...(toJson({ actions, records, evidence, justification: block.justification }) as object),
  }
}

/** The F certificate that makes a block final, and the headers that lead from the block to the certified one. */
export function certificateCovering(app: BeaconApplication, at: Height): Json {
  const final = app.chain.finalHeader(at)
  if (final === null) return null
  const { certificate } = final
  const headers = final.headers.slice(1)
  const encoded = toHex(writeCertificate(new ByteWriter(), certificate).finish())
  return toJson({
    height: at,
    ...certificate,
    encoded,
    headers: headers.map((header) => ({ ...header, encoded: encodeHeader(header) })),
  })
}

function account(app: BeaconApplication, params: readonly unknown[]): Json {
  checkCount(params, 1, 1)
  const address = readAddress(params[0], 'address')
  const nextNonce = app.pool.actions.nextNonce(address, app.state)
  return toJson({ address, ...app.state.account(address), nextNonce })
}

/** Null for an absent entry, or a state that isn't kept any more. */
function stateProof(app: BeaconApplication, key: string, at: Height): Json {
  const trie = app.trieAt(at)
  const proof = trie === null ? null : createStateProof(trie, key)
  return proof === null ? null : toJson({ ...proof, height: at, stateRoot: trie!.root })
}
