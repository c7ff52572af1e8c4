/** Hand-over between a rollup's instances; see src/beacon/transition/lifecycle.ts. */

import { epochOf, terminalHeight } from '../epochs'
import { Instance, NONE } from '../primitives/ids'
import { InstanceGenesis, InstanceStatus, RecordHead, Rollup } from '../values'
import { BlockContext } from './context'
import * as events from './events'
import { endRollup } from './registry'
import { inheritCommittee, mustMakeWay } from './vacancies'

/** After the record of the terminal block `head`: the next instance is of the epoch that the block refers to. */
export function advanceInstance(context: BlockContext, head: RecordHead): void {
  const state = context.state
  const rollup = head.instance.rollup
  if (!state.rollup(rollup)!.isAlive) return
  const next = new Instance(rollup, epochOf(head.beaconRef.height, context.params.epochLength), 0)
  if (state.committee(next) !== null) open(context, next, genesisAt(head))
  else close(context, state.instanceStatus(rollup)!, context.position.height)
}

/** At the end of each block. */
export function applyDeadlines(context: BlockContext): void {
  const state = context.state
  const params = context.params
  const height = context.position.height
  const alive = state.aliveRollups()
  for (let i = 0; i < alive.length; i++) {
    const rollup = state.rollup(alive[i])!
    if (isOver(rollup, height)) {
      endRollup(context, rollup)
      continue
    }
    const status = state.instanceStatus(alive[i])
    if (status === null) continue
    if (status.closedAt == NONE) {
      const deadline = terminalHeight(status.instance.epoch, params.epochLength) + params.closeAfterBlocks
      if (height >= deadline) close(context, status, height)
      else if (mustMakeWay(context, status.instance)) makeWay(context, status)
    } else if (height >= status.closedAt + params.openAfterBlocks) {
      reopen(context, status)
    }
  }
}

function isOver(rollup: Rollup, height: i64): bool {
  const blocks = rollup.spec.lifetimeBlocks
  return blocks != 0 && height >= rollup.registeredAt + blocks
}

function close(context: BlockContext, status: InstanceStatus, closedAt: i64): void {
  if (status.closedAt != NONE) return
  context.state.setInstanceStatus(new InstanceStatus(status.instance, status.genesis, closedAt))
  context.emit(events.closed(status.instance))
}

/** The new members get to know of their seats before these open, and can catch up meanwhile. */
function makeWay(context: BlockContext, status: InstanceStatus): void {
  inheritCommittee(context, nextSub(status.instance), status.instance)
  close(context, status, context.position.height)
}

/** In the next sub-epoch, so under another signing domain. Without a committee in this epoch the rollup stays closed. */
function reopen(context: BlockContext, status: InstanceStatus): void {
  const state = context.state
  const instance = status.instance
  const sub = instance.epoch == context.epoch ? instance.sub : 0
  const base = new Instance(instance.rollup, context.epoch, sub)
  const next = nextSub(base)
  if (!inheritCommittee(context, next, base)) return
  const head = state.record(instance.rollup)
  let genesis: InstanceGenesis | null = null
  if (head !== null) genesis = genesisAt(head)
  // Whoever comes back later has to know where the chain was cut.
  state.setOpening(next, genesis)
  open(context, next, genesis)
}

function nextSub(instance: Instance): Instance {
  return new Instance(instance.rollup, instance.epoch, instance.sub + 1)
}

function open(context: BlockContext, instance: Instance, genesis: InstanceGenesis | null): void {
  context.state.setInstanceStatus(new InstanceStatus(instance, genesis, NONE))
  context.emit(events.opened(instance, genesis))
}

function genesisAt(head: RecordHead): InstanceGenesis {
  return new InstanceGenesis(head.height, head.digest, head.stateRoot)
}
