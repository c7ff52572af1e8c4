/**
 * Judges what peers give for a snapshot, trusting the genesis only: changes of the validators, each certified by those known before; a block that
 * those have certified; its state, by its root; and the older blocks that this state says will be needed.
 */

import type { Block } from '../../consensus/block.ts'
import { payloadRoot } from '../../consensus/block.ts'
import { type Header, headerDigest } from '../../consensus/header.ts'
import { type Certificate, verifyCertificate } from '../../consensus/vote.ts'
import { fromHex, type Hex } from '../../primitives/bytes.ts'
import { ByteReader, DecodeError } from '../../primitives/codec.ts'
import { BEACON, type Height, type RollupId } from '../../primitives/ids.ts'
import type { SignatureScheme } from '../../primitives/signatures.ts'
import { setKey } from '../keys.ts'
import { decodeBody, isBodyOf } from '../payload.ts'
import { isTerminal } from '../placement.ts'
import { decodeRecord } from '../record.ts'
import type { ValidatorHistory } from '../staking/validator-history.ts'
import { readValidatorSet } from '../staking/validator-set.ts'
import { BeaconStateView } from '../state.ts'
import { openProof } from '../state-proof.ts'
import { type StateEntry, StateTrie } from '../state-trie.ts'
import { drawnAtOf, readInstanceGenesis } from '../values.ts'
import { type FinalHeader, openFinalHeader } from './final-header.ts'
import type { KeptRecord, OldBlock, ProvenChange } from './snapshot.ts'

/** A block from before the snapshot that has to be there: at a height, or with the record of a rollup's block. */
export type OldBlockNeed =
  | { readonly type: 'block'; readonly at: Height }
  | { readonly type: 'record'; readonly rollup: RollupId; readonly at: Height; readonly digest: Hex }

/** Adds the change to what is known of the validators; false if it isn't proven. */
export function learnChange(
  history: ValidatorHistory,
  { change, final }: ProvenChange,
  scheme: SignatureScheme,
): boolean {
  // A set is in the state before its epoch begins: validators of that epoch don't vouch for themselves.
  const isInOrder = final.headers.every(({ instance }) => instance.epoch < change.epoch)
  if (change.epoch <= history.lastChange || !isInOrder) return false
  const header = openFinalHeader(final, (epoch) => history.votersIn(epoch), scheme)
  if (header === null || header.height !== change.height) return false
  const set = openProof(fromHex(header.stateRoot, 32), setKey(change.epoch), change.proof, readValidatorSet)
  if (set === null) return false
  history.add(change.epoch, set)
  return true
}

/** Whether it is the last block of an epoch, whole, and certified by itself. */
export function isCertifiedTerminal(
  block: Block,
  certificate: Certificate,
  history: ValidatorHistory,
  epochLength: number,
  scheme: SignatureScheme,
): boolean {
  const { instance, height } = block.header
  return (
    instance.rollup === BEACON &&
    instance.sub === 0 &&
    height > 0 &&
    isTerminal(block, epochLength) &&
    isWhole(block) &&
    certificate.kind === 'F' &&
    certificate.digest === block.digest &&
    verifyCertificate(history.votersIn(instance.epoch), scheme, certificate)
  )
}

/** Null if they aren't all of the state that `header` commits to. */
export function openState(header: Header, entries: readonly StateEntry[]): BeaconStateView | null {
  const trie = StateTrie.empty.with(entries)
  return trie.root === header.stateRoot ? new BeaconStateView(trie) : null
}

/**
 * What seats are started with that isn't in the state: when their rollup's first committee was drawn, and the certificates of the blocks that its
 * instances were opened from, or may be.
 */
export function oldBlocksNeeded(
  state: BeaconStateView,
  entries: readonly StateEntry[],
  at: Height,
): OldBlockNeed[] {
  return state.aliveRollups().flatMap((id): OldBlockNeed[] => {
    const drawnAt = drawnAtOf(state.rollup(id)!)
    const origin: OldBlockNeed[] = drawnAt > 0 && drawnAt <= at ? [{ type: 'block', at: drawnAt }] : []
    const prefix = `opening/${id}/`
    const openings = entries
      .filter(([name]) => name.startsWith(prefix))
      .map(([, value]) => readInstanceGenesis(new ByteReader(value)))
    const recorded = new Map<Hex, OldBlockNeed>()
    for (const head of [state.record(id), ...openings]) {
      if (head === null) continue
      recorded.set(head.digest, { type: 'record', rollup: id, at: head.height, digest: head.digest })
    }
    return [...origin, ...recorded.values()]
  })
}

/** Null if the block isn't final, or isn't what is needed. */
export function openOldBlock(
  need: OldBlockNeed,
  { block, final }: { readonly block: Block; readonly final: FinalHeader },
  history: ValidatorHistory,
  scheme: SignatureScheme,
): OldBlock | null {
  const header = openFinalHeader(final, (epoch) => history.votersIn(epoch), scheme)
  if (header === null || headerDigest(header) !== block.digest || !isWhole(block)) return null
  if (need.type === 'block') return header.height === need.at ? { block, final, record: null } : null
  const record = findRecord(block, need)
  return record === null ? null : { block, final, record }
}

function findRecord(
  block: Block,
  { rollup, digest }: Extract<OldBlockNeed, { type: 'record' }>,
): KeptRecord | null {
  const records = decodeBody(block.appBody).records.map(decodeRecord)
  const index = records.findIndex(({ headers }) => headerDigest(headers.at(-1)!) === digest)
  if (index < 0) return null
  const { headers } = records[index]!
  return { rollup, index, from: headers[0]!.height, to: headers.at(-1)!.height }
}

/** Whether the block's parts are those that its digest commits to. */
function isWhole({ header, appHeader, appBody, justification }: Block): boolean {
  try {
    return payloadRoot(appHeader, justification) === header.payloadRoot && isBodyOf(appHeader, appBody)
  } catch (error) {
    if (error instanceof DecodeError) return false
    throw error
  }
}
