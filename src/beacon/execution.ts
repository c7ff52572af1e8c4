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
import {
  type BeaconAppHeader,
  type BodyItems,
  computeAppHeader,
  decodeAppHeader,
  decodeBody,
  encodeAppHeader,
  encodeBody,
} from './payload.ts'
import { BeaconStateView } from './state.ts'
import type { StateEntry, StateTrie } from './state-trie.ts'
import type { BlockPosition } from './transition/context.ts'
import type { BlockOutcome } from './transition.ts'
import { composeItems, type Executed, type ExecutionMeans, executeItems } from './upgrade/execute.ts'

/** A block's outcome and the state after it. */
export interface Execution extends BlockOutcome {
  readonly height: number
  readonly trie: StateTrie
  readonly changes: readonly StateEntry[]
}

/** The block at `position` with those of `candidates` that are valid on `parent`; null if `signer` isn't its proposer's. */
export async function composePayload(
  parent: StateTrie,
  position: BlockPosition,
  candidates: BodyItems,
  signer: VoteSigner,
  means: ExecutionMeans,
): Promise<{ payload: Payload; execution: Execution } | null> {
  const reveal = computeReveal(parent, position, signer, means.signatures)
  const composed = await composeItems({ parent, position, reveal, items: candidates }, means)
  if (composed === null) return null
  const { items, executed } = composed
  const execution = finishExecution(executed, position)
  const appHeader = encodeAppHeader(appHeaderOf(items, executed, reveal))
  const stateRoot = execution.trie.root
  return {
    payload: { appHeader, appBody: encodeBody(items), stateRoot, beaconRef: NO_BEACON_REFERENCE },
    execution,
  }
}

/** Null unless the block is valid on `parent` and everything that its headers claim came out the same. */
export async function executeBlock(
  { header, appHeader, appBody }: Block,
  parent: StateTrie,
  network: Network,
  means: ExecutionMeans,
): Promise<Execution | null> {
  const payload = decodePayload(appHeader, appBody)
  if (payload === null) return null
  const { reveal, items } = payload
  const position: BlockPosition = { network, ...header }
  const executed = await executeItems({ parent, position, reveal, items }, means)
  if (executed === null) return null
  if (!equalBytes(encodeAppHeader(appHeaderOf(items, executed, reveal)), appHeader)) return null
  const execution = finishExecution(executed, position)
  return execution.trie.root === header.stateRoot ? execution : null
}

function decodePayload(
  appHeader: Uint8Array,
  appBody: Uint8Array,
): { reveal: Uint8Array; items: BodyItems } | null {
  try {
    return { reveal: decodeAppHeader(appHeader).reveal, items: decodeBody(appBody) }
  } catch (error) {
    if (error instanceof DecodeError) return null
    throw error
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

function appHeaderOf(items: BodyItems, { state, receipts }: Executed, reveal: Uint8Array): BeaconAppHeader {
  return computeAppHeader(items, receipts, new BeaconStateView(state).mix(), reveal)
}

function finishExecution({ state, receipts, events }: Executed, { height }: BlockPosition): Execution {
  return { height, receipts, events, trie: state.finish(), changes: state.changes }
}
