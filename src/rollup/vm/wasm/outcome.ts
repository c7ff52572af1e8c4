/** What evm/assembly/outcome.ts writes: how a message ended, and what it changes. */

import { bytesToBigint } from '../../../primitives/bytes.ts'
import { type ByteReader, decodeExactly } from '../../../primitives/codec.ts'
import type { StateJournal } from '../../state/journal.ts'
import type { Outcome } from '../vm.ts'
import { readEnd } from './end.ts'
import { readLog } from './log.ts'

const ADDRESS_BYTES = 20
const WORD_BYTES = 32
const NONCE_BYTES = 8

/** Applies the changes to `journal`, and gives the rest. */
export function takeOutcome(bytes: Uint8Array, journal: StateJournal): Outcome {
  return decodeExactly(bytes, (reader) => {
    const error = readEnd(reader)
    const gasUsed = reader.u64()
    const gasRefund = reader.u64()
    const createdAddress = reader.flag() ? reader.hex(ADDRESS_BYTES) : null
    const output = sized(reader)
    const logs = list(reader, (reader) => readLog(reader, true))
    for (let left = reader.u32(); left > 0; left--) applyAccount(reader, journal)
    const destroyed = list(reader, (reader) => reader.hex(ADDRESS_BYTES))
    return {
      succeeded: error === null,
      error,
      gasUsed,
      gasRefund,
      output,
      logs,
      createdAddress,
      destroyed,
    }
  })
}

function applyAccount(reader: ByteReader, journal: StateJournal): void {
  const address = reader.hex(ADDRESS_BYTES)
  const isChanged = reader.flag()
  const nonce = bytesToBigint(reader.raw(NONCE_BYTES))
  const balance = bytesToBigint(reader.raw(WORD_BYTES))
  const hasNewCode = reader.flag()
  const code = sized(reader)
  if (isChanged) journal.updateAccount(address, { nonce, balance })
  if (hasNewCode) journal.setCode(address, code)
  for (let left = reader.u32(); left > 0; left--) {
    const key = reader.hex(WORD_BYTES)
    journal.setStorage(address, key, reader.raw(WORD_BYTES))
  }
}

function list<Item>(reader: ByteReader, read: (reader: ByteReader) => Item): Item[] {
  return Array.from({ length: reader.u32() }, () => read(reader))
}

function sized(reader: ByteReader): Uint8Array {
  return reader.raw(reader.u32())
}
