/** What a validator's state says of a rollup, put together for its seat. Reads only. */

import type { BeaconApplication } from '../beacon/application.ts'
import { decodeAppHeader, decodeBody } from '../beacon/payload.ts'
import { decodeRecord } from '../beacon/record.ts'
import { drawnAtOf, type Rollup } from '../beacon/values.ts'
import type { Block } from '../consensus/block.ts'
import type { Certificate } from '../consensus/vote.ts'
import { type Hex, toHex } from '../primitives/bytes.ts'
import { epoch, type Height, height, type Instance, type RollupId } from '../primitives/ids.ts'
import type { BeaconHead } from '../rollup/beacon-view.ts'
import { BEACON_HEADS_KEPT } from './beacon-heads.ts'
import { compareInstances } from './instance-order.ts'
import type { Opening, SeatBriefing, SeatCommittee } from './seat-messages.ts'

/** Where a rollup's chain begins. */
export interface RollupOrigin {
  /** Unix ms of the Beacon block that drew the first committee. */
  readonly genesisTimeMs: number
  readonly firstInstance: Instance
}

/** Committees are known so many epochs ahead of the last final Beacon block's successor. */
const EPOCHS_AHEAD = 2

export function originOf(application: BeaconApplication, rollup: Rollup): RollupOrigin {
  const drawnAt = drawnAtOf(rollup)
  // A snapshot brings that block.
  const drawn = drawnAt === 0 ? application.genesisBlock : application.chain.blockAt(drawnAt)!
  return {
    genesisTimeMs: drawn.header.time,
    firstInstance: { rollup: rollup.id, epoch: application.epochOf(drawnAt), sub: 0 },
  }
}

/** All with a committee, from `from` on; by default from the one whose blocks are recorded at present. */
export function drawnInstances(
  application: BeaconApplication,
  rollup: RollupId,
  from: Instance | undefined = application.state.instanceStatus(rollup)?.instance,
): Instance[] {
  if (from === undefined) return []
  const { state } = application
  const instances: Instance[] = []
  for (let at: number = from.epoch; at <= application.epoch + EPOCHS_AHEAD; at++) {
    for (let sub = 0; ; sub++) {
      const instance: Instance = { rollup, epoch: epoch(at), sub }
      if (state.committee(instance) === null) break
      if (compareInstances(instance, from) >= 0) instances.push(instance)
    }
  }
  return instances
}

export function isElected(
  application: BeaconApplication,
  instances: readonly Instance[],
  validator: number | null,
): boolean {
  if (validator === null) return false

  return instances.some((instance) => application.state.committee(instance)!.seats.includes(validator))
}

export function composeBriefing(
  application: BeaconApplication,
  rollup: RollupId,
  firstInstance: Instance,
  connectedPeers: readonly Hex[],
): SeatBriefing {
  const { state } = application
  const instances = drawnInstances(application, rollup, firstInstance)
  const status = state.instanceStatus(rollup)
  return {
    committees: describeCommittees(application, instances),
    openings: instances.flatMap((instance) => describeOpening(application, instance) ?? []),
    closed: status !== null && status.closedAt !== null ? status.instance : null,
    heads: recentHeads(application),
    recorded: state.record(rollup)?.height ?? 0,
    connectedPeers,
  }
}

/** With those who follow each: its standby, and the seats of its neighbours, which come from there and go there. */
export function describeCommittees(
  application: BeaconApplication,
  instances: readonly Instance[],
): SeatCommittee[] {
  const { state } = application
  const keysOf = (validators: Iterable<number>) =>
    [...validators].map((validator) => toHex(state.validator(validator)!.networkKey))
  return instances.map((instance) => {
    const present = state.instanceStatus(instance.rollup)?.instance ?? instance
    const next: Instance = { ...instance, epoch: epoch(instance.epoch + 1), sub: 0 }
    const { seats, standby } = state.committee(instance)!
    const neighbours = [present, next].flatMap((other) => state.committee(other)?.seats ?? [])
    const followers = new Set([...standby, ...neighbours])
    for (const member of seats) followers.delete(member)
    return {
      committee: application.committee(instance)!,
      networkKeys: keysOf(seats),
      followers: keysOf(followers),
    }
  })
}

/** Null for an instance that begins where the one before ended, or isn't open yet. */
export function describeOpening(application: BeaconApplication, instance: Instance): Opening | null {
  const opening = application.state.opening(instance)
  if (opening === null) return null
  const { genesis } = opening
  if (genesis === null) return { instance, genesis: null }
  const certificate = recordedCertificate(application, instance.rollup, genesis.height)
  return { instance, genesis: { height: genesis.height, digest: genesis.digest, certificate } }
}

/** From the blocks, not from states of the past: those are gone after a restart, and rollup blocks may refer to any of the latest heads. */
export function headOf(application: BeaconApplication, block: Block): BeaconHead {
  const { height: at } = block.header
  const { mix } = decodeAppHeader(block.appHeader)
  return { height: at, hash: block.digest, mix, epoch: application.epochOf(at) }
}

function recentHeads(application: BeaconApplication): BeaconHead[] {
  const newest = application.head.header.height
  const heads: BeaconHead[] = []
  for (let at = Math.max(0, newest - BEACON_HEADS_KEPT + 1); at <= newest; at++) {
    // Before a snapshot there are none: for its first blocks the seat follows what others vote for.
    const block = application.chain.blockAt(height(at))
    if (block !== null) heads.push(headOf(application, block))
  }
  return heads
}

/** Of the last block of the record that covers the block at `at`: here that very block, since instances begin from recorded heads. */
function recordedCertificate(application: BeaconApplication, rollup: RollupId, at: Height): Certificate {
  const { height: recordedAt, index } = application.chain.recordPosition(rollup, at)!
  const { records } = decodeBody(application.chain.blockAt(recordedAt)!.appBody)
  return decodeRecord(records[index]!).certificate
}
