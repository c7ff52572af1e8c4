/**
 * By which code a block is executed, and by which if that fails. A new runtime is tried with an epoch's first block; if it fails there, or in the
 * epochs after, the one before comes back. All of it follows from the state, so every node does the same.
 */

import type { Hex } from '../../primitives/bytes.ts'
import { type Epoch, epoch, type Height } from '../../primitives/ids.ts'
import type { BeaconState, BeaconStateView } from '../state.ts'
import type { UpgradeEvent } from '../transition/events.ts'
import type { UpgradeFailure, UpgradeFailureReason } from './entries.ts'

/** With the epoch that it starts in. */
export const PROBATION_EPOCHS = 2

export interface Attempt {
  /** Hash of the code. */
  readonly code: Hex
  /** Before the block is executed. What it returns is told with the block's own events. */
  readonly begin: (state: BeaconState, failed: UpgradeFailureReason | null) => UpgradeEvent[]
}

/** One, or one and another that is to be made if the first fails. */
export function attemptsAt(state: BeaconStateView, at: { height: Height; epoch: Epoch }): readonly Attempt[] {
  const present = state.runtime()
  const proposal = state.proposal()
  if (proposal?.startsIn === at.epoch) {
    return [start(proposal.code, present, at.epoch), giveUp(proposal.code, present, at.height)]
  }
  const probation = state.probation()
  const isOver = probation === null || at.epoch > probation.until
  return isOver ? [goOn(present)] : [goOn(present), giveUp(present, probation.previous, at.height)]
}

function goOn(code: Hex): Attempt {
  return { code, begin: () => [] }
}

function start(code: Hex, previous: Hex, at: Epoch): Attempt {
  return {
    code,
    begin: (state) => {
      state.setRuntime(code)
      state.setProposal(null)
      state.setProbation({ previous, until: epoch(at + PROBATION_EPOCHS - 1) })
      return [{ type: 'runtimeStarted', code, previous }]
    },
  }
}

function giveUp(failing: Hex, present: Hex, height: Height): Attempt {
  return {
    code: present,
    begin: (state, reason) => {
      const failure: UpgradeFailure = { code: failing, reason: reason!, height }
      state.setRuntime(present)
      if (state.proposal()?.code === failing) state.setProposal(null)
      if (state.probation() !== null) state.setProbation(null)
      state.setUpgradeFailure(failure)
      return [{ type: 'runtimeFailed', failure, present }]
    },
  }
}
