/** JSON-RPC about validators, randomness and committees. */

import { type Epoch, type Instance, epoch as toEpoch } from '../../primitives/ids.ts'
import { checkCount, optional, readLooseNumber } from '../../rpc/params.ts'
import type { Methods } from '../../rpc/server.ts'
import type { BeaconApplication } from '../application.ts'
import { createElectionProof } from '../election-proof.ts'
import { type Json, toJson } from '../json.ts'
import { blocksAttended, blocksMissedInARow } from '../staking/attendance.ts'
import { entryOf } from '../staking/validator-set.ts'
import type { Rollup } from '../values.ts'
import { certificateCovering, renderFinalHeader, renderHeader } from './chain-methods.ts'
import { readEpoch, readRollupReference } from './readers.ts'

/** Each has the keys of all validators. */
const SET_CHANGES_MAX = 16

export function electionMethods(app: BeaconApplication): Methods {
  return {
    beacon_getValidators: (params) => {
      checkCount(params, 0, 0)
      return validators(app)
    },
    beacon_getValidatorSet: (params) => {
      checkCount(params, 0, 1)
      const epoch = optional(readEpoch)(params[0], 'epoch') ?? app.epoch
      const set = app.state.validatorSet(epoch)
      return set === null ? null : toJson({ epoch, validators: set.entries })
    },
    beacon_getSeed: (params) => {
      checkCount(params, 0, 1)
      return app.seed(optional(readEpoch)(params[0], 'epoch') ?? app.epoch)
    },
    beacon_getValidatorSetChanges: (params) => {
      checkCount(params, 0, 1)
      return setChanges(app, optional(readEpoch)(params[0], 'fromEpoch') ?? toEpoch(0))
    },
    beacon_getCommittee: (params) => {
      const named = readInstance(app, params)
      return named === null ? null : committee(app, named.rollup, named.instance)
    },
    beacon_getElectionProof: (params) => {
      const named = readInstance(app, params)
      return named === null ? null : electionProof(app, named.instance)
    },
  }
}

/** With what is known of each one's votes of late: null unless it votes at present. */
function validators({ state }: BeaconApplication): Json {
  const presences = new Map(state.attendance().presences.map((presence) => [presence.validator, presence]))
  return toJson(
    state.validators().map((validator, index) => {
      const found = presences.get(index)
      const presence = found && {
        counted: found.counted,
        attended: blocksAttended(found),
        missedInARow: blocksMissedInARow(found),
      }
      return { index, ...validator, presence: presence ?? null }
    }),
  )
}

/** (rollup, epoch?, sub?): without an epoch the instance whose blocks are being recorded. Null if there is no such rollup. */
function readInstance(
  app: BeaconApplication,
  params: readonly unknown[],
): { rollup: Rollup; instance: Instance } | null {
  checkCount(params, 1, 3)
  const rollup = readRollupReference(app, params[0], 'rollup')
  const epoch = optional(readEpoch)(params[1], 'epoch')
  const sub = optional(readLooseNumber)(params[2], 'sub') ?? 0
  if (rollup === null) return null
  const current = app.state.instanceStatus(rollup.id)?.instance
  if (epoch === undefined) return current === undefined ? null : { rollup, instance: current }
  return { rollup, instance: { rollup: rollup.id, epoch, sub } }
}

function committee(app: BeaconApplication, rollup: Rollup, instance: Instance): Json {
  const drawn = app.state.committee(instance)
  if (drawn === null) return null
  const set = app.state.validatorSet(instance.epoch)!
  const { seats, standby, ...draw } = drawn
  return toJson({
    rollup: { id: rollup.id, name: rollup.spec.name, chainId: rollup.spec.chainId },
    epoch: instance.epoch,
    sub: instance.sub,
    ...draw,
    seats: seats.map((validator, seat) => ({ seat, ...entryOf(set, validator)! })),
    standby: standby.map((validator) => entryOf(set, validator)!),
  })
}

/** In order; to be asked again from behind the last one until there are none. */
async function setChanges(app: BeaconApplication, from: Epoch): Promise<Json> {
  const changes = await app.chain.setChanges(from, SET_CHANGES_MAX)
  return changes.map(({ epoch, height, proof }) => ({
    epoch,
    header: renderFinalHeader(app, height),
    certificate: certificateCovering(app, height),
    proof: toJson(proof),
  }))
}

/** All that `checkElectionProof` needs, and the certified header whose state root it is judged by. */
function electionProof(app: BeaconApplication, instance: Instance): Json {
  const at = app.head.header.height
  const proof = createElectionProof(app.trieAt(at)!, instance)
  if (proof === null) return null
  return { header: renderHeader(app.head), certificate: certificateCovering(app, at), proof: toJson(proof) }
}
