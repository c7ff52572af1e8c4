/** JSON-RPC about the code that executes the Beacon Layer's blocks. */

import { toHex } from '../../primitives/bytes.ts'
import { checkCount, readHash } from '../../rpc/params.ts'
import type { Methods } from '../../rpc/server.ts'
import type { BeaconApplication } from '../application.ts'
import { toJson } from '../json.ts'
import { entryOf, totalWeight } from '../staking/validator-set.ts'
import type { BeaconStateView } from '../state.ts'
import { countParts } from '../upgrade/code-parts.ts'

export function runtimeMethods(app: BeaconApplication): Methods {
  return {
    beacon_getRuntime: (params) => {
      checkCount(params, 0, 0)
      const { state } = app
      const code = state.runtime()
      return toJson({
        code,
        bytes: state.publishedCode(code)!.bytes,
        proposal: describeProposal(state, app),
        probation: state.probation(),
        failure: state.upgradeFailure(),
      })
    },
    /** The present one's, unless its hash is given. Null if it isn't there, or not all of it. */
    beacon_getRuntimeCode: (params) => {
      checkCount(params, 0, 1)
      const hash = params[0] === undefined ? app.state.runtime() : readHash(params[0], 'code')
      const code = app.state.code(hash)
      return code === null ? null : toHex(code)
    },
    /** Which parts of code are in the state; null if nobody has published any. */
    beacon_getPublishedCode: (params) => {
      checkCount(params, 1, 1)
      const hash = readHash(params[0], 'code')
      const published = app.state.publishedCode(hash)
      if (published === null) return null
      const parts = Array.from({ length: countParts(published.bytes) }, (_, part) =>
        app.state.hasCodePart(hash, part),
      )
      return toJson({ ...published, parts })
    },
  }
}

function describeProposal(state: BeaconStateView, app: BeaconApplication) {
  const proposal = state.proposal()
  if (proposal === null) return null
  const set = state.validatorSet(app.epoch)!
  const approvals = proposal.approvals.map((validator) => ({
    validator,
    weight: entryOf(set, validator)?.weight ?? 0n,
  }))
  const weight = approvals.reduce((sum, one) => sum + one.weight, 0n)
  const bytes = state.publishedCode(proposal.code)!.bytes
  return { ...proposal, bytes, approvals, weight, totalWeight: totalWeight(set) }
}
