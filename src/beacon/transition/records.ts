/**
 * Takes a rollup's blocks into the record: the Beacon Layer's own confirmation. Checked is that the committee in the state certified
 * the last header, and that the others lead to it from the block recorded before.
 */

import { type Header, headerDigest } from '../../consensus/header.ts'
import { verifyCertificate } from '../../consensus/vote.ts'
import { height, type Instance, instanceKey } from '../../primitives/ids.ts'
import { epochOf } from '../epochs.ts'
import { DIGESTS_KEPT } from '../keys.ts'
import { RECORD_HEADERS_MAX, type RollupRecord } from '../record.ts'
import type { RecordHead } from '../values.ts'
import type { BlockContext } from './context.ts'
import { advanceInstance } from './lifecycle.ts'

export type RecordFault =
  | 'WRONG_HEADER_COUNT'
  /** The rollup has no instance, or the record is of another one. */
  | 'NOT_THE_CURRENT_INSTANCE'
  | 'CLOSED'
  | 'SECOND_IN_BLOCK'
  | 'BROKEN_CHAIN'
  | 'BEYOND_TERMINAL'
  | 'UNKNOWN_BEACON_REFERENCE'
  | 'CERTIFICATE_OF_ANOTHER_BLOCK'
  | 'INVALID_CERTIFICATE'

/** A header with its digest, which is its successor's parent. */
interface Link {
  readonly header: Header
  readonly digest: RecordHead['digest']
}

export function applyRecord(context: BlockContext, record: RollupRecord): RecordFault | null {
  const chain = record.headers.map((header): Link => ({ header, digest: headerDigest(header) }))
  const fault =
    checkPlace(context, chain) ?? checkChain(context, chain) ?? checkCertificate(context, chain, record)
  if (fault !== null) return fault
  const { header, digest } = chain.at(-1)!
  const head: RecordHead = {
    instance: header.instance,
    height: header.height,
    view: header.view,
    digest,
    stateRoot: header.stateRoot,
    time: header.time,
    beaconRef: header.beaconRef,
    recordedAt: context.position.height,
  }
  context.state.setRecord(head)
  context.emit({
    type: 'recorded',
    rollup: header.instance.rollup,
    from: chain[0]!.header.height,
    head,
  })
  if (isTerminal(context, header)) advanceInstance(context, head)
  return null
}

/** The first block of an instance that refers to a later epoch's Beacon block ends it. */
function isTerminal({ params }: BlockContext, header: Header): boolean {
  return epochOf(header.beaconRef.height, params.epochLength) > header.instance.epoch
}

function checkPlace({ state, params, position }: BlockContext, chain: readonly Link[]): RecordFault | null {
  if (chain.length === 0 || chain.length > RECORD_HEADERS_MAX) return 'WRONG_HEADER_COUNT'
  const { instance } = chain[0]!.header
  const status = state.instanceStatus(instance.rollup)
  if (status === null || !isSame(status.instance, instance)) return 'NOT_THE_CURRENT_INSTANCE'
  const { closedAt } = status
  if (closedAt !== null && position.height > closedAt + params.openAfterBlocks) return 'CLOSED'
  return state.record(instance.rollup)?.recordedAt === position.height ? 'SECOND_IN_BLOCK' : null
}

function checkChain(context: BlockContext, chain: readonly Link[]): RecordFault | null {
  const { instance } = chain[0]!.header
  let parent = predecessor(context, instance)
  for (const { header, digest } of chain) {
    if (!isSame(header.instance, instance) || !follows(header, parent)) return 'BROKEN_CHAIN'
    if (!isFinalBeaconBlock(context, header)) return 'UNKNOWN_BEACON_REFERENCE'
    if (isTerminal(context, header) && header !== chain.at(-1)!.header) return 'BEYOND_TERMINAL'
    parent = { ...header, digest, beaconHeight: header.beaconRef.height }
  }
  return null
}

/** What the next header must follow. `digest` is null where the Beacon Layer doesn't know it: of a rollup's own genesis. */
interface Predecessor {
  readonly height: number
  readonly digest: RecordHead['digest'] | null
  readonly view: number
  readonly time: number
  readonly beaconHeight: number
}

function predecessor({ state }: BlockContext, instance: Instance): Predecessor {
  const head = state.record(instance.rollup)
  if (head === null) return { height: 0, digest: null, view: 0, time: 0, beaconHeight: 0 }
  const view = isSame(head.instance, instance) ? head.view : 0
  return {
    height: head.height,
    digest: head.digest,
    view,
    time: head.time,
    beaconHeight: head.beaconRef.height,
  }
}

function follows(header: Header, parent: Predecessor): boolean {
  return (
    header.height === parent.height + 1 &&
    (parent.digest === null || header.parent === parent.digest) &&
    header.parentView === parent.view &&
    header.time >= parent.time &&
    header.beaconRef.height >= parent.beaconHeight
  )
}

function isFinalBeaconBlock({ state, position }: BlockContext, { beaconRef }: Header): boolean {
  const age = position.height - beaconRef.height
  return age >= 1 && age <= DIGESTS_KEPT && state.digest(height(beaconRef.height)) === beaconRef.hash
}

function checkCertificate(
  context: BlockContext,
  chain: readonly Link[],
  { certificate }: RollupRecord,
): RecordFault | null {
  const { header, digest } = chain.at(-1)!
  // A terminal block that isn't certified in its own view is proposed again in later ones.
  if (certificate.kind !== 'F' || certificate.digest !== digest || certificate.view < header.view) {
    return 'CERTIFICATE_OF_ANOTHER_BLOCK'
  }
  const committee = context.committee(header.instance)
  const isValid = committee !== null && verifyCertificate(committee, context.host.signatures, certificate)
  return isValid ? null : 'INVALID_CERTIFICATE'
}

function isSame(a: Instance, b: Instance): boolean {
  return instanceKey(a) === instanceKey(b)
}
