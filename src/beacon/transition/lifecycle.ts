/**
 * Hand-over between a rollup's instances. Normally the terminal block's record opens the next one. If none is recorded in time, or a
 * member was expelled, the instance is closed; certified blocks may be recorded for a while longer; then another is opened from the
 * highest recorded block, and certificates beyond that block are void. A rollup whose lifetime is over is closed as if its owner had said so.
 */

import type { Height, Instance } from '../../primitives/ids.ts'
import { epochOf, terminalHeight } from '../epochs.ts'
import type { InstanceGenesis, InstanceStatus, RecordHead, Rollup } from '../values.ts'
import type { BlockContext } from './context.ts'
import { endRollup } from './registry.ts'
import { inheritCommittee, mustMakeWay } from './vacancies.ts'

/** After the record of the terminal block `head`: the next instance is of the epoch that the block refers to. */
export function advanceInstance(context: BlockContext, head: RecordHead): void {
  const { state, params, position } = context
  const { rollup } = head.instance
  if (!state.rollup(rollup)!.isAlive) return
  const next: Instance = { rollup, epoch: epochOf(head.beaconRef.height, params.epochLength), sub: 0 }
  if (state.committee(next) !== null) open(context, next, genesisAt(head))
  else close(context, state.instanceStatus(rollup)!, position.height)
}

/** At the end of each block. */
export function applyDeadlines(context: BlockContext): void {
  const { state, params, position } = context
  for (const id of state.aliveRollups()) {
    const rollup = state.rollup(id)!
    if (isOver(rollup, position.height)) {
      endRollup(context, rollup)
      continue
    }
    const status = state.instanceStatus(id)
    if (status === null) continue
    const { instance, closedAt } = status
    if (closedAt === null) {
      const deadline = terminalHeight(instance.epoch, params.epochLength) + params.closeAfterBlocks
      if (position.height >= deadline) close(context, status, position.height)
      else if (mustMakeWay(context, instance)) makeWay(context, status)
    } else if (position.height >= closedAt + params.openAfterBlocks) {
      reopen(context, status)
    }
  }
}

function isOver({ spec, registeredAt }: Rollup, at: Height): boolean {
  return spec.lifetimeBlocks !== 0 && at >= registeredAt + spec.lifetimeBlocks
}

function close(context: BlockContext, status: InstanceStatus, closedAt: InstanceStatus['closedAt']): void {
  if (status.closedAt !== null) return
  context.state.setInstanceStatus({ ...status, closedAt })
  context.emit({ type: 'closed', instance: status.instance })
}

/** The new members get to know of their seats before these open, and can catch up meanwhile. */
function makeWay(context: BlockContext, status: InstanceStatus): void {
  const { instance } = status
  inheritCommittee(context, nextSub(instance), instance)
  close(context, status, context.position.height)
}

/**
 * In the next sub-epoch, so under another signing domain: some seats may have gone on in the one before, from a terminal block that never
 * got recorded, and nobody honest must be slashed for votes there. Without a committee in this epoch the rollup stays closed.
 */
function reopen(context: BlockContext, { instance: { rollup, epoch, sub } }: InstanceStatus): void {
  const { state, epoch: current } = context
  const base: Instance = { rollup, epoch: current, sub: epoch === current ? sub : 0 }
  const next = nextSub(base)
  if (!inheritCommittee(context, next, base)) return
  const head = state.record(rollup)
  const genesis = head === null ? null : genesisAt(head)
  // Whoever comes back later has to know where the chain was cut.
  state.setOpening(next, genesis)
  open(context, next, genesis)
}

function nextSub(instance: Instance): Instance {
  return { ...instance, sub: instance.sub + 1 }
}

function open(context: BlockContext, instance: Instance, genesis: InstanceGenesis): void {
  context.state.setInstanceStatus({ instance, genesis, closedAt: null })
  context.emit({ type: 'opened', instance, genesis })
}

function genesisAt({ height, digest, stateRoot }: RecordHead): InstanceGenesis {
  return { height, digest, stateRoot }
}
