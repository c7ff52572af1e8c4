/**
 * One block's execution on its parent's state: composing it as the proposer, checking it as everybody else. Both give the state after
 * it; neither stores anything.
 */

import type { Payload } from '../consensus/application.ts'
import type { Block } from '../consensus/block.ts'
import { NO_BEACON_REFERENCE } from '../consensus/header.ts'
import { equalBytes } from '../primitives/bytes.ts'
import { DecodeError } from '../primitives/codec.ts'
import { identityAt, type Network } from '../primitives/forks.ts'
import { beaconInstance } from '../primitives/ids.ts'
import type { SignatureScheme, VoteSigner } from '../primitives/signatures.ts'
import { revealMessage } from './election/seed.ts'
import { epochOf } from './epochs.ts'
import type { RecoverAddress } from './host.ts'
import {
  type BodyItems,
  computeAppHeader,
  decodeAppHeader,
  decodeBody,
  encodeAppHeader,
  encodeBody,
} from './payload.ts'
import type { Runtime } from './runtime/runtime.ts'
import { BeaconStateView } from './state.ts'
import { StateDraft, type StateEntry, type StateTrie } from './state-trie.ts'
import type { BlockPosition } from './transition/context.ts'
import type { BlockOutcome, ComposedBlock } from './transition.ts'

/** A block's outcome and the state after it. */
export interface Execution extends BlockOutcome {
  readonly height: number
  readonly trie: StateTrie
  readonly changes: readonly StateEntry[]
}

/** The heavy cryptography. */
export interface Cryptography {
  readonly signatures: SignatureScheme
  readonly recoverAddress: RecoverAddress
}

/** What a block is executed with, beside the state before it. */
export interface ExecutionMeans extends Cryptography {
  readonly runtime: Runtime
}

/** The block at `position` with those of `candidates` that are valid on `parent`; null if `signer` isn't its proposer's. */
export function composePayload(
  parent: StateTrie,
  position: BlockPosition,
  candidates: BodyItems,
  signer: VoteSigner,
  means: ExecutionMeans,
): { payload: Payload; execution: Execution } | null {
  const reveal = computeReveal(parent, position, signer, means.signatures)
  const draft = new StateDraft(parent)
  const input = { ...position, reveal, items: candidates }
  const composed = means.runtime.composeBlock(hostOf(draft, means), input)
  if (composed === null) return null
  const items = takenOf(candidates, composed.taken)
  const execution = finishExecution(draft, position, composed)
  const mix = new BeaconStateView(draft).mix()
  const appHeader = encodeAppHeader(computeAppHeader(items, composed.receipts, mix, reveal))
  const stateRoot = execution.trie.root
  return {
    payload: { appHeader, appBody: encodeBody(items), stateRoot, beaconRef: NO_BEACON_REFERENCE },
    execution,
  }
}

/** Null unless the block is valid on `parent` and everything that its headers claim came out the same. */
export function executeBlock(
  block: Block,
  parent: StateTrie,
  network: Network,
  means: ExecutionMeans,
): Execution | null {
  try {
    return execute(block, parent, network, means)
  } catch (error) {
    if (error instanceof DecodeError) return null
    throw error
  }
}

function execute(block: Block, parent: StateTrie, network: Network, means: ExecutionMeans): Execution | null {
  const { header, appHeader } = block
  const { reveal } = decodeAppHeader(appHeader)
  const items = decodeBody(block.appBody)
  const draft = new StateDraft(parent)
  const position: BlockPosition = { network, ...header }
  const result = means.runtime.applyBlock(hostOf(draft, means), { ...position, reveal, items })
  if (!result.ok) return null
  const mix = new BeaconStateView(draft).mix()
  const expected = encodeAppHeader(computeAppHeader(items, result.receipts, mix, reveal))
  if (!equalBytes(expected, appHeader)) return null
  const execution = finishExecution(draft, position, result)
  return execution.trie.root === header.stateRoot ? execution : null
}

function takenOf(candidates: BodyItems, taken: ComposedBlock['taken']): BodyItems {
  return {
    attendance: taken.attendance.map((place) => candidates.attendance[place]!),
    evidence: taken.evidence.map((place) => candidates.evidence[place]!),
    records: taken.records.map((place) => candidates.records[place]!),
    actions: taken.actions.map((place) => candidates.actions[place]!),
  }
}

/** One key and one message have one signature; its compressed form is the reveal. */
function computeReveal(
  parent: StateTrie,
  { network, height, view }: BlockPosition,
  signer: VoteSigner,
  signatures: SignatureScheme,
): Uint8Array {
  const state = new BeaconStateView(parent)
  const epoch = epochOf(height, state.params().epochLength)
  const identity = identityAt(network, beaconInstance(epoch), view)
  return signatures.aggregate([signer.sign(revealMessage(identity, epoch, view, state.mix()))])!
}

function hostOf(draft: StateDraft, cryptography: Cryptography) {
  return {
    get: draft.get.bind(draft),
    set: draft.set.bind(draft),
    signatures: cryptography.signatures,
    recoverAddress: cryptography.recoverAddress,
  }
}

function finishExecution(draft: StateDraft, { height }: BlockPosition, outcome: BlockOutcome): Execution {
  const { receipts, events } = outcome
  return { height, receipts, events, trie: draft.finish(), changes: draft.changes }
}
