/** The encoding of a receipt: what the receipts root is of. */

import { type ByteReader, ByteWriter, DecodeError, decodeExactly } from '../primitives/codec.ts'
import { rollupId } from '../primitives/ids.ts'
import { ACTION_TYPES, type ActionType } from './action-types.ts'
import type { Receipt, Refusal } from './transition/actions.ts'

const REFUSAL_BYTES_MAX = 64

export function encodeReceipt(receipt: Receipt): Uint8Array {
  return new ByteWriter()
    .hex(receipt.hash, 32)
    .hex(receipt.sender, 20)
    .u8(ACTION_TYPES.indexOf(receipt.type))
    .text(receipt.refusal ?? '')
    .u64(receipt.rollup ?? 0)
    .finish()
}

/** Throws DecodeError. */
export function decodeReceipt(bytes: Uint8Array): Receipt {
  return decodeExactly(bytes, (reader) => ({
    hash: reader.hex(32),
    sender: reader.hex(20),
    type: readType(reader),
    refusal: (reader.text(REFUSAL_BYTES_MAX) || null) as Refusal | null,
    rollup: zeroAsNull(reader.u64()),
  }))
}

function readType(reader: ByteReader): ActionType {
  const type = ACTION_TYPES[reader.u8()]
  if (type === undefined) throw new DecodeError('a receipt of an unknown action')
  return type
}

function zeroAsNull(id: number): Receipt['rollup'] {
  return id === 0 ? null : rollupId(id)
}
