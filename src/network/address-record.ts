/**
 * Where a node says that it listens, signed with its network key, so that nodes may hand it on to each other and nobody can say it in another's
 * name. Bound to one network; of two by the same node the one issued later holds.
 */

import type { Hex } from '../primitives/bytes.ts'
import { type ByteReader, ByteWriter, DecodeError, decodeExactly } from '../primitives/codec.ts'
import { formatPeerAddress, parsePeerAddress } from '../primitives/peer-address.ts'
import type { PeerAddress } from '../primitives/process-messages.ts'
import { signAs, verifyFrom } from './certificate.ts'

export interface AddressRecord {
  readonly address: PeerAddress
  /** Unix ms by the node's own clock. */
  readonly issuedAt: number
  /** 64 B of Ed25519. */
  readonly signature: Uint8Array
}

/** All that may be members of two epochs: whoever knows more says the rest in another message. */
export const RECORDS_MAX = 200

const SIGNATURE_BYTES = 64
const HOST_BYTES_MAX = 253
const DOMAIN = 'beacon/peer-address/1'

/** `seed` is the secret of the network key that the address names. */
export function signAddress(
  seed: Uint8Array,
  genesisHash: Hex,
  address: PeerAddress,
  issuedAt: number,
): AddressRecord {
  const signature = signAs(seed, signedBytes(genesisHash, { address, issuedAt }))
  return { address, issuedAt, signature }
}

export function verifyAddress(genesisHash: Hex, record: AddressRecord): boolean {
  return verifyFrom(record.address.publicKey, signedBytes(genesisHash, record), record.signature)
}

export function encodeAddressRecords(records: readonly AddressRecord[]): Uint8Array {
  return new ByteWriter()
    .list(records, (to, record) => writeStatement(to, record).raw(record.signature))
    .finish()
}

/** Shapes only. Throws DecodeError. */
export function decodeAddressRecords(bytes: Uint8Array): AddressRecord[] {
  return decodeExactly(bytes, (reader) =>
    reader.list(RECORDS_MAX, (from) => ({ ...readStatement(from), signature: from.raw(SIGNATURE_BYTES) })),
  )
}

type Statement = Pick<AddressRecord, 'address' | 'issuedAt'>

function signedBytes(genesisHash: Hex, statement: Statement): Uint8Array {
  return writeStatement(new ByteWriter().text(DOMAIN).hex(genesisHash, 32), statement).finish()
}

function writeStatement(writer: ByteWriter, { address, issuedAt }: Statement): ByteWriter {
  const { publicKey, host, port } = address
  return writer.hex(publicKey, 32).text(host).u16(port).u64(issuedAt)
}

function readStatement(reader: ByteReader): Statement {
  const address: PeerAddress = {
    publicKey: reader.hex(32),
    host: reader.text(HOST_BYTES_MAX),
    port: reader.u16(),
  }
  // As people write it, a host is one that can be dialed, and in one spelling.
  const parsed = parsePeerAddress(formatPeerAddress(address))
  if (parsed === null || parsed.host !== address.host) throw new DecodeError('no address of a peer')
  return { address, issuedAt: reader.u64() }
}
