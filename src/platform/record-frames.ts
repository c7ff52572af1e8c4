/** How records lie in the bytes of a log: each as length (u32) || CRC-32 (u32) || payload. Pure; the same on a file and on a simulated disk. */

import { crc32 } from 'node:zlib'

/** Room for the largest block with its certificates. */
export const RECORD_BYTES_MAX = 16 * 1024 * 1024

const HEADER_BYTES = 8

export function frameOf(record: Uint8Array): Buffer {
  // Empty ones are refused because a crash may leave zeros at the end of a file, which would read as empty records.
  if (record.length === 0 || record.length > RECORD_BYTES_MAX) {
    throw new RangeError(`a record has 1 to ${RECORD_BYTES_MAX} bytes, not ${record.length}`)
  }
  const frame = Buffer.allocUnsafe(HEADER_BYTES + record.length)
  frame.writeUInt32BE(record.length, 0)
  frame.writeUInt32BE(crc32(record), 4)
  frame.set(record, HEADER_BYTES)
  return frame
}

/** The intact records from the beginning on, and where the last of them ends. */
export function parseRecords(bytes: Buffer): { records: Uint8Array[]; end: number } {
  const records: Uint8Array[] = []
  let end = 0
  while (bytes.length - end >= HEADER_BYTES) {
    const start = end + HEADER_BYTES
    const length = bytes.readUInt32BE(end)
    if (length === 0 || length > bytes.length - start) break
    const record = bytes.subarray(start, start + length)
    if (crc32(record) !== bytes.readUInt32BE(end + 4)) break
    records.push(new Uint8Array(record))
    end = start + length
  }
  return { records, end }
}
