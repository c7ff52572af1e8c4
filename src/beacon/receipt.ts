/** The encoding of a receipt: what the receipts root is of. */

import { ByteWriter, decodeExactly } from '../primitives/codec.ts'
import { rollupId } from '../primitives/ids.ts'
import { ACTION_TYPES } from './actions.ts'
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

/** Of what {@link encodeReceipt} made. */
export function decodeReceipt(bytes: Uint8Array): Receipt {
  return decodeExactly(bytes, (reader) => ({
    hash: reader.hex(32),
    sender: reader.hex(20),
    type: ACTION_TYPES[reader.u8()]!,
    refusal: (reader.text(REFUSAL_BYTES_MAX) || null) as Refusal | null,
    rollup: zeroAsNull(reader.u64()),
  }))
}

function zeroAsNull(id: number): Receipt['rollup'] {
  return id === 0 ? null : rollupId(id)
}
