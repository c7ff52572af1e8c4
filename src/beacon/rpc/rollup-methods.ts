/** JSON-RPC about rollups and their records. */

import { encodeHeader } from '../../consensus/header.ts'
import { type Height, type RollupId, rollupId } from '../../primitives/ids.ts'
import { checkCount, optional, readBoolean } from '../../rpc/params.ts'
import type { Methods } from '../../rpc/server.ts'
import { orderedKey, orderedTrie } from '../../state/trie.ts'
import type { BeaconApplication } from '../application.ts'
import { type Json, toJson } from '../json.ts'
import { decodeBody } from '../payload.ts'
import { decodeRecord } from '../record.ts'
import type { Rollup } from '../values.ts'
import { readHeight, readRollupReference } from './readers.ts'

/** Of those that have ended, an answer has the latest. */
const ENDED_LISTED_MAX = 1_000

export function rollupMethods(app: BeaconApplication): Methods {
  return {
    beacon_getRollups: (params) => {
      checkCount(params, 0, 1)
      const withEnded = optional(readBoolean)(params[0], 'withEnded') ?? false
      const alive = app.state.aliveRollups()
      const ids = withEnded ? [...endedRollups(app, alive), ...alive].sort((a, b) => a - b) : alive
      return ids.map((id) => renderRollup(app, app.state.rollup(id)!))
    },
    beacon_getRollup: (params) => {
      checkCount(params, 1, 1)
      const rollup = readRollupReference(app, params[0], 'rollup')
      return rollup === null ? null : renderRollup(app, rollup)
    },
    beacon_getRecord: (params) => {
      checkCount(params, 2, 2)
      const rollup = readRollupReference(app, params[0], 'rollup')
      return rollup === null ? null : record(app, rollup, readHeight(params[1], 'height'))
    },
  }
}

function endedRollups({ state }: BeaconApplication, alive: readonly RollupId[]): RollupId[] {
  const ids = Array.from({ length: state.rollupCount() }, (_, i) => rollupId(i + 1))
  return ids.filter((id) => !alive.includes(id)).slice(-ENDED_LISTED_MAX)
}

function renderRollup({ state }: BeaconApplication, rollup: Rollup): Json {
  const { id, owner, registeredAt, isAlive, spec } = rollup
  const status = state.instanceStatus(id)
  return toJson({ id, ...spec, owner, registeredAt, isAlive, status, record: state.record(id) })
}

/** The record that covers the block at `at`, with a proof of its inclusion in the Beacon block's records root. */
function record(app: BeaconApplication, { id }: Rollup, at: Height): Json {
  const position = app.chain.recordPosition(id, at)
  if (position === null) return null
  const block = app.chain.blockAt(position.height)!
  const { records } = decodeBody(block.appBody)
  const encoded = records[position.index]!
  const { headers, certificate } = decodeRecord(encoded)
  return toJson({
    rollup: id,
    height: at,
    header: headers.find((header) => header.height === at)!,
    headers: headers.map((header) => ({ ...header, encoded: encodeHeader(header) })),
    certificate,
    beacon: {
      height: position.height,
      digest: block.digest,
      index: position.index,
      proof: orderedTrie(records).prove(orderedKey(position.index)),
    },
    encoded,
  })
}
