/** The component's side of src/beacon/runtime/abi.ts: reads what a node gives, and writes what it expects. */

import { encodeEvidence } from '../../../../src/beacon/evidence.ts'
import { encodeReceipt } from '../../../../src/beacon/receipt.ts'
import type { Applied, RuntimeInput } from '../../../../src/beacon/runtime/runtime.ts'
import type { Slash } from '../../../../src/beacon/staking/slashing.ts'
import type { BeaconEvent } from '../../../../src/beacon/transition/events.ts'
import type { BlockOutcome, ComposedBlock } from '../../../../src/beacon/transition.ts'
import {
  writeDrawnCommittee,
  writeInstanceGenesis,
  writeRecordHead,
  writeRollup,
} from '../../../../src/beacon/values.ts'
import { writeInstance } from '../../../../src/consensus/header.ts'
import { type ByteReader, ByteWriter, decodeExactly } from '../../../../src/primitives/codec.ts'
import { epoch, height, rollupId, view } from '../../../../src/primitives/ids.ts'

const MANY = 0xffff

export function decodeInput(bytes: Uint8Array): RuntimeInput {
  return decodeExactly(bytes, (reader) => {
    const network = {
      chainId: reader.u64(),
      genesisHash: reader.hex(32),
      forks: reader.list(MANY, (from) => ({
        id: from.u32(),
        after: from.list(MANY, (position) => ({
          rollup: rollupId(position.u64()),
          epoch: epoch(position.u32()),
          sub: position.u32(),
          view: view(position.u64()),
        })),
      })),
    }
    const position = {
      network,
      height: height(reader.u64()),
      view: view(reader.u64()),
      parent: reader.hex(32),
      proposer: reader.u16(),
    }
    const reveal = reader.bytes(MANY)
    const items = () => readItems(reader)
    const [attendance, evidence, records, actions] = [items(), items(), items(), items()]
    return { ...position, reveal, items: { attendance, evidence, records, actions } }
  })
}

export function encodeApplied(applied: Applied): Uint8Array {
  if (!applied.ok) return new ByteWriter().u8(0).text(applied.reason).finish()
  return writeOutcome(new ByteWriter().u8(1), applied).finish()
}

export function encodeComposed(composed: ComposedBlock | null): Uint8Array {
  if (composed === null) return new ByteWriter().u8(0).finish()
  const { attendance, evidence, records, actions } = composed.taken
  const writer = new ByteWriter().u8(1)
  for (const places of [attendance, evidence, records, actions]) writer.list(places, (to, at) => to.u16(at))
  return writeOutcome(writer, composed).finish()
}

function readItems(reader: ByteReader): Uint8Array[] {
  return reader.list(MANY, (from) => from.bytes(from.remaining))
}

function writeOutcome(writer: ByteWriter, { receipts, events }: BlockOutcome): ByteWriter {
  writer.list(receipts, (to, receipt) => to.bytes(encodeReceipt(receipt))).u32(events.length)
  for (const event of events) writer.bytes(encodeEvent(event))
  return writer
}

/** The number of its kind, and its fields. */
function encodeEvent(event: BeaconEvent): Uint8Array {
  const kind = (number: number) => new ByteWriter().u8(number)
  return writeEvent(kind, event).finish()
}

function writeEvent(kind: (number: number) => ByteWriter, event: BeaconEvent): ByteWriter {
  switch (event.type) {
    case 'rollupRegistered':
      return writeRollup(kind(0), event.rollup)
    case 'rollupClosed':
      return writeRollup(kind(1), event.rollup)
    case 'setChanged':
      return kind(2).u32(event.epoch)
    case 'committeeDrawn':
      return writeDrawnCommittee(writeInstance(kind(3), event.instance), event.committee)
    case 'committeeMissing':
      return kind(4).u64(event.rollup).u32(event.epoch)
    case 'recorded':
      return writeRecordHead(kind(5).u64(event.rollup).u64(event.from), event.head)
    case 'closed':
      return writeInstance(kind(6), event.instance)
    case 'opened':
      return writeInstanceGenesis(writeInstance(kind(7), event.instance), event.genesis)
    case 'evidence': {
      const proven = kind(8).bytes(encodeEvidence(event.evidence)).text(event.offence).u32(event.validator)
      return writeSlash(proven.hex(event.account, 20), event.slash).hex(event.reporter, 20)
    }
    case 'validatorRegistered':
      return kind(9).u32(event.validator).hex(event.account, 20).u128(event.stake)
    case 'commissionChanged':
      return kind(10).u32(event.validator).u16(event.commissionBps)
    case 'delegated':
      return kind(11).u32(event.validator).hex(event.account, 20).u128(event.amount)
    case 'undelegated':
      return kind(12).u32(event.validator).hex(event.account, 20).u128(event.amount)
    case 'redelegated':
      return kind(13).u32(event.from).u32(event.to).hex(event.account, 20).u128(event.amount)
    case 'claimed':
      return kind(14).u32(event.validator).hex(event.account, 20).u128(event.rewards).u128(event.released)
    case 'exitAsked':
      return kind(15).u32(event.validator).hex(event.account, 20)
    case 'left':
      return kind(16).u32(event.validator).u32(event.epoch)
    case 'jailed':
      return kind(17).u32(event.validator).hex(event.account, 20).u128(event.amount)
    case 'unjailed':
      return kind(18).u32(event.validator).hex(event.account, 20)
    case 'penalized': {
      const penalty = writeInstance(kind(19).u32(event.validator).hex(event.account, 20), event.instance)
      return writeSlash(penalty, event.slash).hex(event.reporter, 20)
    }
    case 'runtimeProposed':
      return kind(20).hex(event.code, 32).u32(event.validator)
    case 'runtimeApproved':
      return kind(21).hex(event.code, 32).u32(event.validator)
    case 'runtimeScheduled':
      return kind(22).hex(event.code, 32).u32(event.epoch)
    case 'runtimeDropped':
      return kind(23).hex(event.code, 32)
    case 'runtimeStarted':
    case 'runtimeFailed':
      throw new Error('told by nodes')
  }
}

function writeSlash(writer: ByteWriter, { amount, reward, insurance }: Slash): ByteWriter {
  return writer.u128(amount).u128(reward).u128(insurance)
}
