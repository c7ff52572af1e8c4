import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { encodeBlock, readBlock } from '../../src/consensus/block.ts'
import { decodeMessage, encodeMessage } from '../../src/consensus/message.ts'
import { seatsOf } from '../../src/consensus/vote.ts'
import { decodeWalRecord, encodeWalRecord } from '../../src/consensus/wal.ts'
import { FileRecordLog } from '../../src/platform/record-log.ts'
import { decodeExactly } from '../../src/primitives/codec.ts'
import { block, message, record } from '../consensus/arbitraries.ts'
import { junk, strange } from './bytes.ts'
import { decodedOrRefused, fuzz, measured } from './support.ts'

fuzz(
  'a message that is accepted is the one encoding of what it says',
  3_000,
  fc.property(strange(message.map(encodeMessage)), (bytes) => {
    const decoded = decodedOrRefused(decodeMessage, bytes)
    if (decoded !== null) assert.deepEqual(encodeMessage(decoded), bytes)
  }),
)

fuzz(
  'behind each type of message, junk makes a message or a DecodeError',
  2_000,
  fc.property(fc.nat(8), junk, (type, rest) => {
    decodedOrRefused(decodeMessage, new Uint8Array([type, ...rest]))
  }),
)

fuzz(
  'a stored block that is accepted is the one encoding of what it says',
  1_000,
  fc.property(strange(block.map(encodeBlock)), (bytes) => {
    const decoded = decodedOrRefused((input: Uint8Array) => decodeExactly(input, readBlock), bytes)
    if (decoded !== null) assert.deepEqual(encodeBlock(decoded), bytes)
  }),
)

fuzz(
  'a record of the write-ahead log that is accepted is the one encoding of what it says',
  2_000,
  fc.property(strange(record.map(encodeWalRecord)), (bytes) => {
    const decoded = decodedOrRefused(decodeWalRecord, bytes)
    if (decoded !== null) assert.deepEqual(encodeWalRecord(decoded), bytes)
  }),
)

fuzz(
  'a bitmap of signers names seats of the committee, in order, or is refused',
  1_000,
  fc.property(junk, fc.nat(1_000), (bitmap, size) => {
    const seats = measured(() => seatsOf(bitmap, size))
    if (seats !== null) assert.ok(seats.every((seat, i) => seat < size && (i === 0 || seats[i - 1]! < seat)))
  }),
)

const folder = mkdtempSync(join(tmpdir(), 'beacon-fuzz-'))
after(() => rmSync(folder, { recursive: true }))
const path = join(folder, 'log')

/** As the log writes it. */
function framed(payload: Uint8Array): Uint8Array {
  const header = Buffer.alloc(8)
  header.writeUInt32BE(payload.length, 0)
  header.writeUInt32BE(crc32(payload), 4)
  return Buffer.concat([header, payload])
}

const records = fc.array(
  fc.oneof(record.map(encodeWalRecord), fc.uint8Array({ minLength: 1, maxLength: 100 })),
  { maxLength: 6 },
)
const file = records.map((all): Uint8Array => new Uint8Array(Buffer.concat(all.map(framed))))

fuzz(
  'of any file the log takes whole records from the start, cuts off the rest, and can be written on',
  300,
  fc.property(strange(file), fc.uint8Array({ minLength: 1, maxLength: 50 }), (bytes, next) => {
    writeFileSync(path, bytes)
    const log = measured(() => new FileRecordLog(path))
    const whole = Buffer.concat(log.recovered.map(framed))
    assert.deepEqual(whole, Buffer.from(bytes.subarray(0, whole.length)))
    assert.equal(log.droppedBytes, bytes.length - whole.length)
    assert.equal(statSync(path).size, whole.length)
    for (const one of log.recovered) decodedOrRefused(decodeWalRecord, one)
    log.append(next)
    log.close()
    const again = new FileRecordLog(path)
    assert.deepEqual(again.recovered, [...log.recovered, next])
    again.close()
  }),
)

fuzz(
  'a log that was torn by a crash loses the records from the tear on, and no others',
  200,
  fc.property(records, fc.nat(), (all, at) => {
    const whole = Buffer.concat(all.map(framed))
    const torn = whole.subarray(0, at % (whole.length + 1))
    writeFileSync(path, torn)
    const log = new FileRecordLog(path)
    log.close()
    assert.deepEqual(log.recovered, all.slice(0, log.recovered.length))
    const kept = Buffer.concat(all.slice(0, log.recovered.length).map(framed)).length
    const following = all[log.recovered.length]
    assert.ok(kept <= torn.length && (following === undefined || kept + 8 + following.length > torn.length))
  }),
)
