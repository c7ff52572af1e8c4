/** Takes a rollup's blocks into the record: the Beacon Layer's own confirmation. */

import { Header, headerDigest } from '../consensus/header'
import { FINALIZE, verifyCertificate } from '../consensus/vote'
import { epochOf } from '../epochs'
import { DIGESTS_KEPT } from '../keys'
import { Instance, isSameInstance, NONE } from '../primitives/ids'
import { RECORD_HEADERS_MAX, RollupRecord } from '../record'
import { RecordHead } from '../values'
import { BlockContext } from './context'
import * as events from './events'
import { advanceInstance } from './lifecycle'

/** A header with its digest, which is its successor's parent. */
class Link {
  constructor(
    readonly header: Header,
    readonly digest: string,
  ) {}
}

export function applyRecord(context: BlockContext, record: RollupRecord): string | null {
  const chain: Link[] = []
  for (let i = 0; i < record.headers.length; i++) {
    chain.push(new Link(record.headers[i], headerDigest(record.headers[i])))
  }
  const fault = check(context, chain, record)
  if (fault !== null) return fault
  const last = chain[chain.length - 1]
  const header = last.header
  const head = new RecordHead(
    header.instance,
    header.height,
    header.view,
    last.digest,
    header.stateRoot,
    header.time,
    header.beaconRef,
    context.position.height,
  )
  context.state.setRecord(head)
  context.emit(events.recorded(header.instance.rollup, chain[0].header.height, head))
  if (isTerminal(context, header)) advanceInstance(context, head)
  return null
}

function check(context: BlockContext, chain: Link[], record: RollupRecord): string | null {
  const misplaced = checkPlace(context, chain)
  if (misplaced !== null) return misplaced
  const broken = checkChain(context, chain)
  return broken !== null ? broken : checkCertificate(context, chain[chain.length - 1], record)
}

/** The first block of an instance that refers to a later epoch's Beacon block ends it. */
function isTerminal(context: BlockContext, header: Header): bool {
  return epochOf(header.beaconRef.height, context.params.epochLength) > header.instance.epoch
}

function checkPlace(context: BlockContext, chain: Link[]): string | null {
  const state = context.state
  const height = context.position.height
  if (chain.length == 0 || chain.length > RECORD_HEADERS_MAX) return 'WRONG_HEADER_COUNT'
  const instance = chain[0].header.instance
  const status = state.instanceStatus(instance.rollup)
  if (status === null || !isSameInstance(status.instance, instance)) return 'NOT_THE_CURRENT_INSTANCE'
  if (status.closedAt != NONE && height > status.closedAt + context.params.openAfterBlocks) return 'CLOSED'
  const head = state.record(instance.rollup)
  return head !== null && head.recordedAt == height ? 'SECOND_IN_BLOCK' : null
}

function checkChain(context: BlockContext, chain: Link[]): string | null {
  const instance = chain[0].header.instance
  let parent = predecessor(context, instance)
  for (let i = 0; i < chain.length; i++) {
    const header = chain[i].header
    if (!isSameInstance(header.instance, instance) || !follows(header, parent)) return 'BROKEN_CHAIN'
    if (!isFinalBeaconBlock(context, header)) return 'UNKNOWN_BEACON_REFERENCE'
    if (isTerminal(context, header) && i < chain.length - 1) return 'BEYOND_TERMINAL'
    parent = new Predecessor(
      header.height,
      chain[i].digest,
      header.view,
      header.time,
      header.beaconRef.height,
    )
  }
  return null
}

/** What the next header must follow. `digest` is null where the Beacon Layer doesn't know it: of a rollup's own genesis. */
class Predecessor {
  constructor(
    readonly height: i64,
    readonly digest: string | null,
    readonly view: i64,
    readonly time: i64,
    readonly beaconHeight: i64,
  ) {}
}

function predecessor(context: BlockContext, instance: Instance): Predecessor {
  const head = context.state.record(instance.rollup)
  if (head === null) return new Predecessor(0, null, 0, 0, 0)
  const view = isSameInstance(head.instance, instance) ? head.view : 0
  return new Predecessor(head.height, head.digest, view, head.time, head.beaconRef.height)
}

function follows(header: Header, parent: Predecessor): bool {
  const digest = parent.digest
  return (
    header.height == parent.height + 1 &&
    (digest === null || header.parent == digest) &&
    header.parentView == parent.view &&
    header.time >= parent.time &&
    header.beaconRef.height >= parent.beaconHeight
  )
}

function isFinalBeaconBlock(context: BlockContext, header: Header): bool {
  const reference = header.beaconRef
  const age = context.position.height - reference.height
  if (age < 1 || age > DIGESTS_KEPT) return false
  const digest = context.state.digest(reference.height)
  return digest !== null && digest == reference.hash
}

function checkCertificate(context: BlockContext, last: Link, record: RollupRecord): string | null {
  const certificate = record.certificate
  // A terminal block that isn't certified in its own view is proposed again in later ones.
  if (certificate.kind != FINALIZE || certificate.digest != last.digest || certificate.view < last.header.view) {
    return 'CERTIFICATE_OF_ANOTHER_BLOCK'
  }
  const committee = context.committee(last.header.instance)
  const isValid = committee !== null && verifyCertificate(committee, certificate)
  return isValid ? null : 'INVALID_CERTIFICATE'
}
