/** Transactions between peers: as many in a message as its bounds allow, however many a client sends at once. */

import { ByteWriter, decodeExactly } from '../primitives/codec.ts'

export const TRANSACTIONS_MAX = 512
export const TRANSACTION_BYTES_MAX = 128 * 1024
/** Of a message's transactions, lengths excluded: below what the channel allows. */
const MESSAGE_BYTES_MAX = 768 * 1024

/** One or more messages that hold all of `raw` but what is too large for any. */
export function encodeTransactions(raw: readonly Uint8Array[]): Uint8Array[] {
  const messages: Uint8Array[][] = []
  let room = 0
  for (const transaction of raw) {
    if (transaction.length > TRANSACTION_BYTES_MAX) continue
    if (messages.length === 0 || transaction.length > room || messages.at(-1)!.length === TRANSACTIONS_MAX) {
      messages.push([])
      room = MESSAGE_BYTES_MAX
    }
    messages.at(-1)!.push(transaction)
    room -= transaction.length
  }
  return messages.map((one) => new ByteWriter().list(one, (to, bytes) => to.bytes(bytes)).finish())
}

/** Throws DecodeError. */
export function decodeTransactions(payload: Uint8Array): Uint8Array[] {
  return decodeExactly(payload, (reader) =>
    reader.list(TRANSACTIONS_MAX, (from) => from.bytes(TRANSACTION_BYTES_MAX)),
  )
}
