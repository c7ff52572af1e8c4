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
import { encodeAction } from './actions.ts'
import { encodeAttendanceReport } from './attendance-report.ts'
import { revealMessage } from './election/seed.ts'
import { epochOf } from './epochs.ts'
import { encodeEvidence } from './evidence.ts'
import type { RecoverAddress } from './host.ts'
import {
  type BodyItems,
  computeAppHeader,
  decodeAppHeader,
  decodeBody,
  decodeItems,
  encodeAppHeader,
  encodeBody,
} from './payload.ts'
import { encodeRecord } from './record.ts'
import { BeaconStateView } from './state.ts'
import { StateDraft, type StateEntry, type StateTrie } from './state-trie.ts'
import type { BlockPosition } from './transition/context.ts'
import { applyBlock, type BlockContents, type BlockOutcome, composeBlock } from './transition.ts'

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

/** The block at `position` with those of `candidates` that are valid on `parent`; null if `signer` isn't its proposer's. */
export function composePayload(
  parent: StateTrie,
  position: BlockPosition,
  candidates: BlockContents,
  signer: VoteSigner,
  cryptography: Cryptography,
): { payload: Payload; execution: Execution } | null {
  const reveal = computeReveal(parent, position, signer, cryptography.signatures)
  const draft = new StateDraft(parent)
  const composed = composeBlock(hostOf(draft, cryptography), { ...position, ...candidates, reveal })
  if (composed === null) return null
  const items = encodeItems(composed)
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
  cryptography: Cryptography,
): Execution | null {
  try {
    return execute(block, parent, network, cryptography)
  } catch (error) {
    if (error instanceof DecodeError) return null
    throw error
  }
}

function execute(
  block: Block,
  parent: StateTrie,
  network: Network,
  cryptography: Cryptography,
): Execution | null {
  const { header, appHeader } = block
  const { reveal } = decodeAppHeader(appHeader)
  const items = decodeBody(block.appBody)
  const draft = new StateDraft(parent)
  const position: BlockPosition = { network, ...header }
  const result = applyBlock(hostOf(draft, cryptography), { ...position, ...decodeItems(items), reveal })
  if (!result.ok) return null
  const mix = new BeaconStateView(draft).mix()
  const expected = encodeAppHeader(computeAppHeader(items, result.receipts, mix, reveal))
  if (!equalBytes(expected, appHeader)) return null
  const execution = finishExecution(draft, position, result)
  return execution.trie.root === header.stateRoot ? execution : null
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

function encodeItems({ attendance, evidence, records, actions }: BlockContents): BodyItems {
  return {
    attendance: attendance.map(encodeAttendanceReport),
    evidence: evidence.map(encodeEvidence),
    records: records.map(encodeRecord),
    actions: actions.map(({ action, signature }) => encodeAction(action, signature)),
  }
}
