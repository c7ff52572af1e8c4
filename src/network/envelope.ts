/**
 * What a message is about, so that one connection carries everything that two nodes have to say: a kind, the kind's topic, the payload.
 * The payload's encoding belongs to whoever speaks on the channel; here only its size is bounded.
 */

import { type ByteReader, ByteWriter, DecodeError, decodeExactly } from '../primitives/codec.ts'
import { epoch, type Instance, type RollupId, rollupId } from '../primitives/ids.ts'

export type Channel =
  /** Votes, certificates and proposals of one instance. */
  | { readonly kind: 'consensus'; readonly instance: Instance }
  /** A rollup's transactions, among those who sequence or follow it. */
  | { readonly kind: 'transactions'; readonly rollup: RollupId }
  /** For the Beacon Layer's pool: a signed action, a rollup's soft confirmation to be recorded, evidence of an offence. */
  | { readonly kind: 'action' | 'record' | 'evidence' }
  /** Where nodes listen, as they have signed it. */
  | { readonly kind: 'addresses' }
  /** The state for a node that begins with it: questions one way, answers the other. */
  | { readonly kind: 'snapshot' }

export type ChannelKind = Channel['kind']

export interface Envelope {
  readonly channel: Channel
  readonly payload: Uint8Array
}

const KINDS: readonly ChannelKind[] = [
  'consensus',
  'transactions',
  'action',
  'record',
  'evidence',
  'addresses',
  'snapshot',
]

/** A block with its justification fills a message, alone or in a snapshot, and so do the blocks of a chain response; all else is small. */
export const PAYLOAD_BYTES_MAX: Readonly<Record<ChannelKind, number>> = {
  consensus: 6 * 1024 * 1024,
  transactions: 1024 * 1024,
  action: 256 * 1024,
  record: 256 * 1024,
  evidence: 16 * 1024,
  addresses: 128 * 1024,
  snapshot: 6 * 1024 * 1024,
}

/** Throws a RangeError if the payload is larger than its channel allows. */
export function encodeEnvelope(channel: Channel, payload: Uint8Array): Uint8Array {
  if (payload.length > PAYLOAD_BYTES_MAX[channel.kind]) {
    throw new RangeError(`${payload.length} bytes on the channel "${channel.kind}"`)
  }
  const writer = new ByteWriter().u8(KINDS.indexOf(channel.kind))
  return writeTopic(writer, channel).raw(payload).finish()
}

export function decodeEnvelope(bytes: Uint8Array): Envelope {
  return decodeExactly(bytes, (reader) => {
    const kind = KINDS[reader.u8()]
    if (kind === undefined) throw new DecodeError('unknown kind of message')
    const channel = readTopic(reader, kind)
    if (reader.remaining > PAYLOAD_BYTES_MAX[kind]) {
      throw new DecodeError(`${reader.remaining} bytes on the channel "${kind}"`)
    }
    return { channel, payload: reader.raw(reader.remaining) }
  })
}

function writeTopic(writer: ByteWriter, channel: Channel): ByteWriter {
  switch (channel.kind) {
    case 'consensus': {
      const { rollup, epoch, sub } = channel.instance
      return writer.u64(rollup).u32(epoch).u32(sub)
    }
    case 'transactions':
      return writer.u64(channel.rollup)
    default:
      return writer
  }
}

function readTopic(reader: ByteReader, kind: ChannelKind): Channel {
  switch (kind) {
    case 'consensus':
      return {
        kind,
        instance: { rollup: rollupId(reader.u64()), epoch: epoch(reader.u32()), sub: reader.u32() },
      }
    case 'transactions':
      return { kind, rollup: rollupId(reader.u64()) }
    default:
      return { kind }
  }
}
