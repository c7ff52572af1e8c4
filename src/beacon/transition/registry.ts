/** The registry of rollups. A name and a chain id are given once, ever: a closed rollup keeps its own. */

import type { Hex } from '../../primitives/bytes.ts'
import { epoch, type RollupId, rollupId } from '../../primitives/ids.ts'
import type { RollupSpec } from '../../primitives/rollup-spec.ts'
import { checkRollupSpec, type SpecFault } from '../rollup-rules.ts'
import { electableLeaves } from '../staking/validator-set.ts'
import { ALIVE_ROLLUPS_MAX } from '../state.ts'
import type { Rollup } from '../values.ts'
import type { BlockContext } from './context.ts'

export type RegistryFault =
  | SpecFault
  | 'NAME_TAKEN'
  | 'CHAIN_ID_TAKEN'
  | 'TOO_FEW_VALIDATORS'
  | 'TOO_MANY_ROLLUPS'
  | 'UNKNOWN_ROLLUP'
  | 'NOT_THE_OWNER'
  | 'ALREADY_CLOSED'

/** The new rollup's id, or why not. Its committee is drawn in the next block. */
export function registerRollup(
  context: BlockContext,
  owner: Hex,
  spec: RollupSpec,
): RollupId | RegistryFault {
  const { state, position } = context
  const fault = checkRollupSpec(spec, position.network.chainId) ?? checkAgainstState(context, spec)
  if (fault !== null) return fault
  const id = rollupId(state.rollupCount() + 1)
  const rollup: Rollup = { id, spec, owner, registeredAt: position.height, isAlive: true }
  state.setRollupCount(id)
  state.setRollup(rollup)
  state.setAliveRollups([...state.aliveRollups(), id])
  state.setUndrawnRollups([...state.undrawnRollups(), id])
  context.emit({ type: 'rollupRegistered', rollup })
  return id
}

export function closeRollup(context: BlockContext, sender: Hex, id: RollupId): RollupId | RegistryFault {
  const rollup = context.state.rollup(id)
  if (rollup === null) return 'UNKNOWN_ROLLUP'
  if (rollup.owner !== sender) return 'NOT_THE_OWNER'
  if (!rollup.isAlive) return 'ALREADY_CLOSED'
  endRollup(context, rollup)
  return id
}

/** Its last blocks may still be recorded for a while, and no instance is opened again. */
export function endRollup(context: BlockContext, rollup: Rollup): void {
  const { state, position } = context
  const { id } = rollup
  const closed: Rollup = { ...rollup, isAlive: false }
  state.setRollup(closed)
  state.setAliveRollups(state.aliveRollups().filter((alive) => alive !== id))
  // Of rollups that come and go within one block there may be more than can be alive, and so than the list may hold.
  state.setUndrawnRollups(state.undrawnRollups().filter((undrawn) => undrawn !== id))
  context.emit({ type: 'rollupClosed', rollup: closed })
  const status = state.instanceStatus(id)
  if (status !== null && status.closedAt === null) {
    state.setInstanceStatus({ ...status, closedAt: position.height })
    context.emit({ type: 'closed', instance: status.instance })
  }
}

function checkAgainstState({ state, epoch: current }: BlockContext, spec: RollupSpec): RegistryFault | null {
  if (state.rollupByName(spec.name) !== null) return 'NAME_TAKEN'
  if (state.rollupByChainId(spec.chainId) !== null) return 'CHAIN_ID_TAKEN'
  if (state.aliveRollups().length >= ALIVE_ROLLUPS_MAX) return 'TOO_MANY_ROLLUPS'
  // The first committees are of the next block's epoch and the one after it.
  for (const at of [current, epoch(current + 1), epoch(current + 2)]) {
    const electable = electableLeaves(state.validatorSet(at)!, spec.minStake)
    if (electable.filter(({ weight }) => weight > 0n).length < spec.sequencers) return 'TOO_FEW_VALIDATORS'
  }
  return null
}
