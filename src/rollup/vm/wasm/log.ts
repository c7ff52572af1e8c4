/** A log as the EVM in WASM writes it. */

import type { Hex } from '../../../primitives/bytes.ts'
import type { ByteReader } from '../../../primitives/codec.ts'
import type { Log } from '../../receipt.ts'

const ADDRESS_BYTES = 20
const WORD_BYTES = 32

/** Its data are sized, or else all that is left. */
export function readLog(reader: ByteReader, isSized: boolean): Log {
  const address = reader.hex(ADDRESS_BYTES)
  const topics: Hex[] = []
  for (let left = reader.u8(); left > 0; left--) topics.push(reader.hex(WORD_BYTES))
  return { address, topics, data: reader.raw(isSized ? reader.u32() : reader.remaining) }
}
