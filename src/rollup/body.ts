/** A block's body: its transactions, as they were signed. In: bytes from strangers. Throws DecodeError and nothing else. */

import { APP_BODY_BYTES_MAX } from '../consensus/block.ts'
import { type ByteReader, ByteWriter, DecodeError, decodeExactly } from '../primitives/codec.ts'
import { TRANSACTION_BYTES_MAX } from './transaction.ts'

/** Bytes that a transaction takes besides its own. */
export const BODY_OVERHEAD_BYTES = 4

/** Raw transactions in block order, each behind its length; their number follows from where the body ends. */
export function encodeBody(transactions: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter()
  for (const raw of transactions) writer.bytes(raw)
  return writer.finish()
}

export function decodeBody(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length > APP_BODY_BYTES_MAX) throw new DecodeError('a body above the limit')
  return decodeExactly(bytes, readTransactions)
}

function readTransactions(reader: ByteReader): Uint8Array[] {
  const transactions: Uint8Array[] = []
  while (reader.remaining > 0) transactions.push(reader.bytes(TRANSACTION_BYTES_MAX))
  return transactions
}
