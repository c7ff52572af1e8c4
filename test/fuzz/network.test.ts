import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { createIdentity, publicKeyOf } from '../../src/network/certificate.ts'
import { type Channel, decodeEnvelope, encodeEnvelope } from '../../src/network/envelope.ts'
import { encodeFrame, FrameReader } from '../../src/network/frames.ts'
import { decodeTransactions, encodeTransactions } from '../../src/nodes/transaction-messages.ts'
import { epoch, rollupId } from '../../src/primitives/ids.ts'
import { junk, mutated, strange } from './bytes.ts'
import { decodedOrRefused, fuzz, isDecodeError, measured } from './support.ts'

const MESSAGE_BYTES_MAX = 8 * 1024 * 1024

const stream = fc
  .array(fc.uint8Array({ minLength: 1, maxLength: 300, size: 'max' }).map(encodeFrame), { maxLength: 5 })
  .map((frames): Uint8Array => new Uint8Array(Buffer.concat(frames)))

fuzz(
  'a stream of bytes, however cut, is taken apart into messages until a DecodeError ends it',
  1_000,
  fc.property(strange(stream), fc.array(fc.nat(50)), (bytes, cuts) => {
    const reader = new FrameReader(MESSAGE_BYTES_MAX)
    measured(() => {
      let at = 0
      for (const length of [...cuts, bytes.length]) {
        const chunk = bytes.subarray(at, at + length)
        at += chunk.length
        try {
          for (const message of reader.push(chunk))
            assert.ok(message.length > 0 && message.length <= bytes.length)
        } catch (error) {
          if (isDecodeError(error)) return
          throw error
        }
      }
    })
  }),
)

fuzz(
  'a frame that claims the largest message takes no memory before its bytes come',
  200,
  fc.property(fc.integer({ min: 1, max: 0xffff_ffff }), junk, (claimed, begun) => {
    const header = Buffer.alloc(4)
    header.writeUInt32BE(claimed)
    const before = process.memoryUsage().arrayBuffers
    const readers = Array.from({ length: 8 }, () => new FrameReader(MESSAGE_BYTES_MAX))
    for (const reader of readers) {
      decodedOrRefused((chunk: Uint8Array) => [...reader.push(chunk)], Buffer.concat([header, begun]))
    }
    assert.ok(process.memoryUsage().arrayBuffers - before < MESSAGE_BYTES_MAX)
  }),
)

const channel: fc.Arbitrary<Channel> = fc.oneof(
  fc.constantFrom<Channel>({ kind: 'action' }, { kind: 'record' }, { kind: 'evidence' }),
  fc.maxSafeNat().map((rollup): Channel => ({ kind: 'transactions', rollup: rollupId(rollup) })),
  fc.tuple(fc.maxSafeNat(), fc.nat(0xffff_ffff), fc.nat(0xffff_ffff)).map(
    ([rollup, of, sub]): Channel => ({
      kind: 'consensus',
      instance: { rollup: rollupId(rollup), epoch: epoch(of), sub },
    }),
  ),
)

fuzz(
  'an envelope that is accepted is the one encoding of what it says',
  2_000,
  fc.property(
    strange(fc.tuple(channel, junk).map(([of, payload]) => encodeEnvelope(of, payload))),
    (bytes) => {
      const envelope = decodedOrRefused(decodeEnvelope, bytes)
      if (envelope !== null) assert.deepEqual(encodeEnvelope(envelope.channel, envelope.payload), bytes)
    },
  ),
)

const transactions = fc.array(fc.uint8Array({ maxLength: 200, size: 'max' }), { minLength: 1, maxLength: 8 })

fuzz(
  'a message of transactions that is accepted is the one encoding of what it says',
  2_000,
  fc.property(strange(transactions.map((raw) => encodeTransactions(raw)[0]!)), (bytes) => {
    const raw = decodedOrRefused(decodeTransactions, bytes)
    if (raw !== null && raw.length > 0) assert.deepEqual(encodeTransactions(raw), [bytes])
  }),
)

const certificate = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((seed): Uint8Array => new X509Certificate(createIdentity(seed).certificate).raw)

fuzz(
  'of whatever Node takes for a certificate there is a key of the right kind, or none',
  1_000,
  fc.property(mutated(certificate), (der) => {
    const parsed = decodedOrRefused(
      (bytes: Uint8Array) => new X509Certificate(bytes),
      der,
      () => true,
    )
    if (parsed === null) return
    const key = measured(() => publicKeyOf(parsed))
    assert.ok(key === null || /^0x[0-9a-f]{64}$/.test(key))
  }),
)

test('a certificate of an algorithm that nobody knows has no key', () => {
  const der = Buffer.from(new X509Certificate(createIdentity(new Uint8Array(32)).certificate).raw)
  // The object identifier before the key becomes 1.3.127.112.
  const at = der.indexOf(Buffer.from('06032b6570032100', 'hex'))
  der[at + 3] = 0x7f
  assert.equal(publicKeyOf(new X509Certificate(der)), null)
})
