/** JSON-RPC that sends actions and evidence to the Beacon Layer, and tells what became of them. */

import type { Hex } from '../../primitives/bytes.ts'
import { keccakHex } from '../../primitives/hash.ts'
import { checkCount, optional, readData, readHash, readLooseNumber } from '../../rpc/params.ts'
import { RpcError, SERVER_ERROR } from '../../rpc/rpc-error.ts'
import type { Methods } from '../../rpc/server.ts'
import type { BeaconApplication } from '../application.ts'
import type { Position } from '../chain-entries.ts'
import { decodeEvidence, offenceOf } from '../evidence.ts'
import { type Json, toJson } from '../json.ts'
import { decodeBody } from '../payload.ts'

const EVIDENCE_SHOWN = 100
const EVIDENCE_SHOWN_MAX = 1000

export function poolMethods(app: BeaconApplication): Methods {
  return {
    beacon_sendRawAction: (params) => {
      checkCount(params, 1, 1)
      return sendAction(app, readData(params[0], 'action'))
    },
    beacon_getActionReceipt: (params) => {
      checkCount(params, 1, 1)
      return receipt(app, readHash(params[0], 'hash'))
    },
    beacon_submitEvidence: (params) => {
      checkCount(params, 1, 1)
      const admission = app.pool.addItem({ type: 'evidence', bytes: readData(params[0], 'evidence') })
      if (!admission.ok && admission.reason !== 'ALREADY_KNOWN') throw refusal('evidence', admission.reason)
      return true
    },
    beacon_getEvidence: (params) => {
      checkCount(params, 0, 1)
      const limit = optional(readLooseNumber)(params[0], 'limit') ?? EVIDENCE_SHOWN
      return evidence(app, Math.min(limit, EVIDENCE_SHOWN_MAX))
    },
  }
}

/** An action that is known already is answered with its hash, so that a client may send it again. */
function sendAction(app: BeaconApplication, bytes: Uint8Array): Hex {
  const admission = app.pool.addAction(bytes)
  if (admission.ok) return admission.hash
  const hash = keccakHex(bytes)
  const isKnown = admission.reason === 'ALREADY_KNOWN' || app.receipt(hash) !== null
  if (!isKnown) throw refusal('action', admission.reason)
  return hash
}

function refusal(what: string, reason: string): RpcError {
  return new RpcError(SERVER_ERROR, `the ${what} was refused: ${reason}`, { reason })
}

function receipt(app: BeaconApplication, hash: Hex): Json {
  const found = app.receipt(hash)
  if (found === null) return null
  const { receipt, ...position } = found
  return toJson({ ...receipt, ...position, blockDigest: app.chain.blockAt(position.height)!.digest })
}

async function evidence(app: BeaconApplication, limit: number): Promise<Json> {
  const positions = await app.chain.evidence(limit)
  return positions.map((position) => renderEvidence(app, position))
}

function renderEvidence(app: BeaconApplication, { height, index }: Position): Json {
  const { evidence } = decodeBody(app.chain.blockAt(height)!.appBody)
  const encoded = evidence[index]!
  const decoded = decodeEvidence(encoded)
  const member = app.committee(decoded.instance)!.members[decoded.votes[0].signer]!
  const { validator, account } = member
  const { slashed } = app.state.validator(validator)!
  return toJson({
    height,
    index,
    offence: offenceOf(decoded),
    validator,
    account,
    slashed,
    ...decoded,
    encoded,
  })
}
