/** The registry of rollups. A name and a chain id are given once, ever: a closed rollup keeps its own. */

import { NONE } from '../primitives/ids'
import { RollupSpec } from '../primitives/rollup-spec'
import { checkRollupSpec } from '../rollup-rules'
import { electableLeaves } from '../staking/validator-set'
import { ALIVE_ROLLUPS_MAX } from '../state'
import { InstanceStatus, Rollup } from '../values'
import { BlockContext } from './context'
import * as events from './events'
import { Outcome } from './outcome'

/** The new rollup's id, or why not. Its committee is drawn in the next block. */
export function registerRollup(context: BlockContext, owner: string, spec: RollupSpec): Outcome {
  const state = context.state
  const broken = checkRollupSpec(spec, context.position.network.chainId)
  if (broken !== null) return Outcome.refused(broken)
  const fault = checkAgainstState(context, spec)
  if (fault !== null) return Outcome.refused(fault)
  const id = state.rollupCount() + 1
  const rollup = new Rollup(id, spec, owner, context.position.height, true)
  state.setRollupCount(id)
  state.setRollup(rollup)
  const alive = state.aliveRollups()
  alive.push(id)
  state.setAliveRollups(alive)
  const undrawn = state.undrawnRollups()
  undrawn.push(id)
  state.setUndrawnRollups(undrawn)
  context.emit(events.rollupRegistered(rollup))
  return Outcome.ofRollup(id)
}

export function closeRollup(context: BlockContext, sender: string, id: i64): Outcome {
  const rollup = context.state.rollup(id)
  if (rollup === null) return Outcome.refused('UNKNOWN_ROLLUP')
  const owner = rollup.owner
  if (owner === null || owner != sender) return Outcome.refused('NOT_THE_OWNER')
  if (!rollup.isAlive) return Outcome.refused('ALREADY_CLOSED')
  endRollup(context, rollup)
  return Outcome.ofRollup(id)
}

/** Its last blocks may still be recorded for a while, and no instance is opened again. */
export function endRollup(context: BlockContext, rollup: Rollup): void {
  const state = context.state
  const id = rollup.id
  const closed = new Rollup(id, rollup.spec, rollup.owner, rollup.registeredAt, false)
  state.setRollup(closed)
  state.setAliveRollups(without(state.aliveRollups(), id))
  // Of rollups that come and go within one block there may be more than can be alive, and so than the list may hold.
  state.setUndrawnRollups(without(state.undrawnRollups(), id))
  context.emit(events.rollupClosed(closed))
  const status = state.instanceStatus(id)
  if (status !== null && status.closedAt == NONE) {
    state.setInstanceStatus(new InstanceStatus(status.instance, status.genesis, context.position.height))
    context.emit(events.closed(status.instance))
  }
}

function checkAgainstState(context: BlockContext, spec: RollupSpec): string | null {
  const state = context.state
  if (state.hasRollupNamed(spec.name)) return 'NAME_TAKEN'
  if (state.hasRollupWithChainId(spec.chainId)) return 'CHAIN_ID_TAKEN'
  if (state.aliveRollups().length >= ALIVE_ROLLUPS_MAX) return 'TOO_MANY_ROLLUPS'
  // The first committees are of the next block's epoch and the one after it.
  for (let at = context.epoch; at <= context.epoch + 2; at++) {
    const leaves = electableLeaves(state.validatorSet(at)!, spec.minStake)
    let electable = 0
    for (let i = 0; i < leaves.length; i++) if (!leaves[i].weight.isZero) electable++
    if (electable < spec.sequencers) return 'TOO_FEW_VALIDATORS'
  }
  return null
}

function without(ids: i64[], id: i64): i64[] {
  const others: i64[] = []
  for (let i = 0; i < ids.length; i++) if (ids[i] != id) others.push(ids[i])
  return others
}
