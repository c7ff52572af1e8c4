/** What goes into a runtime and what comes out, as bytes: the encodings of runtime/beacon-runtime.wit. */

import { readInstance } from '../../consensus/header.ts'
import { type ByteReader, ByteWriter, decodeExactly } from '../../primitives/codec.ts'
import type { Fork, Network } from '../../primitives/forks.ts'
import { epoch, height, rollupId } from '../../primitives/ids.ts'
import { decodeEvidence, type Offence } from '../evidence.ts'
import { decodeReceipt } from '../receipt.ts'
import type { Slash } from '../staking/slashing.ts'
import type { Receipt } from '../transition/actions.ts'
import type { BeaconEvent } from '../transition/events.ts'
import type { BlockOutcome, ComposedBlock } from '../transition.ts'
import { readDrawnCommittee, readInstanceGenesis, readRecordHead, readRollup } from '../values.ts'
import type { Applied, RuntimeInput } from './runtime.ts'

const WORD_BYTES_MAX = 64

export function encodeInput(input: RuntimeInput): Uint8Array {
  const writer = new ByteWriter()
  writeNetwork(writer, input.network)
  writer.u64(input.height).u64(input.view).hex(input.parent, 32).u16(input.proposer).bytes(input.reveal)
  const { attendance, evidence, records, actions } = input.items
  for (const list of [attendance, evidence, records, actions]) writer.list(list, (to, item) => to.bytes(item))
  return writer.finish()
}

/** Throws DecodeError. */
export function decodeApplied(bytes: Uint8Array): Applied {
  return decodeExactly(bytes, (reader) =>
    reader.u8() === 1
      ? { ok: true, ...readOutcome(reader) }
      : { ok: false, reason: reader.text(WORD_BYTES_MAX) },
  )
}

/** Null if the reveal isn't the proposer's. Throws DecodeError. */
export function decodeComposed(bytes: Uint8Array): ComposedBlock | null {
  return decodeExactly(bytes, (reader) => {
    if (reader.u8() === 0) return null
    const taken = () => reader.list(0xffff, (from) => from.u16())
    const [attendance, evidence, records, actions] = [taken(), taken(), taken(), taken()]
    return { taken: { attendance, evidence, records, actions }, ...readOutcome(reader) }
  })
}

function writeNetwork(writer: ByteWriter, { chainId, genesisHash, forks }: Network): void {
  writer.u64(chainId).hex(genesisHash, 32).list(forks, writeFork)
}

function writeFork(writer: ByteWriter, { id, after }: Fork): void {
  writer
    .u32(id)
    .list(after, (to, position) =>
      to.u64(position.rollup).u32(position.epoch).u32(position.sub).u64(position.view),
    )
}

function readOutcome(reader: ByteReader): BlockOutcome {
  const receipts: Receipt[] = reader.list(0xffff, (from) => decodeReceipt(from.bytes(from.remaining)))
  const events: BeaconEvent[] = []
  for (let left = reader.u32(); left > 0; left--) {
    const event = decodeEvent(reader.bytes(reader.remaining))
    if (event !== null) events.push(event)
  }
  return { receipts, events }
}

/** Their order is their number. */
const READERS: readonly ((from: ByteReader) => BeaconEvent)[] = [
  (from) => ({ type: 'rollupRegistered', rollup: readRollup(from) }),
  (from) => ({ type: 'rollupClosed', rollup: readRollup(from) }),
  (from) => ({ type: 'setChanged', epoch: epoch(from.u32()) }),
  (from) => ({ type: 'committeeDrawn', instance: readInstance(from), committee: readDrawnCommittee(from) }),
  (from) => ({ type: 'committeeMissing', rollup: rollupId(from.u64()), epoch: epoch(from.u32()) }),
  (from) => ({
    type: 'recorded',
    rollup: rollupId(from.u64()),
    from: height(from.u64()),
    head: readRecordHead(from),
  }),
  (from) => ({ type: 'closed', instance: readInstance(from) }),
  (from) => ({ type: 'opened', instance: readInstance(from), genesis: readInstanceGenesis(from) }),
  (from) => ({
    type: 'evidence',
    evidence: decodeEvidence(from.bytes(from.remaining)),
    offence: from.text(WORD_BYTES_MAX) as Offence,
    validator: from.u32(),
    account: from.hex(20),
    slash: readSlash(from),
    reporter: from.hex(20),
  }),
  (from) => ({
    type: 'validatorRegistered',
    validator: from.u32(),
    account: from.hex(20),
    stake: from.u128(),
  }),
  (from) => ({ type: 'commissionChanged', validator: from.u32(), commissionBps: from.u16() }),
  (from) => ({ type: 'delegated', validator: from.u32(), account: from.hex(20), amount: from.u128() }),
  (from) => ({ type: 'undelegated', validator: from.u32(), account: from.hex(20), amount: from.u128() }),
  (from) => ({
    type: 'redelegated',
    from: from.u32(),
    to: from.u32(),
    account: from.hex(20),
    amount: from.u128(),
  }),
  (from) => ({
    type: 'claimed',
    validator: from.u32(),
    account: from.hex(20),
    rewards: from.u128(),
    released: from.u128(),
  }),
  (from) => ({ type: 'exitAsked', validator: from.u32(), account: from.hex(20) }),
  (from) => ({ type: 'left', validator: from.u32(), epoch: epoch(from.u32()) }),
  (from) => ({ type: 'jailed', validator: from.u32(), account: from.hex(20), amount: from.u128() }),
  (from) => ({ type: 'unjailed', validator: from.u32(), account: from.hex(20) }),
  (from) => ({
    type: 'penalized',
    validator: from.u32(),
    account: from.hex(20),
    instance: readInstance(from),
    slash: readSlash(from),
    reporter: from.hex(20),
  }),
  (from) => ({ type: 'runtimeProposed', code: from.hex(32), validator: from.u32() }),
  (from) => ({ type: 'runtimeApproved', code: from.hex(32), validator: from.u32() }),
  (from) => ({ type: 'runtimeScheduled', code: from.hex(32), epoch: epoch(from.u32()) }),
  (from) => ({ type: 'runtimeDropped', code: from.hex(32) }),
]

/** Null: a later runtime may tell what this node knows nothing of. */
function decodeEvent(bytes: Uint8Array): BeaconEvent | null {
  const read = READERS[bytes[0] ?? READERS.length]
  return read === undefined ? null : decodeExactly(bytes.subarray(1), read)
}

function readSlash(from: ByteReader): Slash {
  return { amount: from.u128(), reward: from.u128(), insurance: from.u128() }
}
