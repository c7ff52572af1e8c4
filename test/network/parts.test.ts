import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { backoffMs } from '../../src/network/backoff.ts'
import { createIdentity, publicKeyOf } from '../../src/network/certificate.ts'
import {
  type Channel,
  decodeEnvelope,
  encodeEnvelope,
  PAYLOAD_BYTES_MAX,
} from '../../src/network/envelope.ts'
import { encodeFrame, FrameReader } from '../../src/network/frames.ts'
import { RateLimit } from '../../src/network/rate-limit.ts'
import { utf8 } from '../../src/primitives/bytes.ts'
import { DecodeError } from '../../src/primitives/codec.ts'
import { epoch, rollupId } from '../../src/primitives/ids.ts'

test('a certificate is signed by its own key, which is the one that the seed makes (RFC 8032, test 1)', () => {
  const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex')
  const identity = createIdentity(seed)
  const certificate = new X509Certificate(identity.certificate)
  assert.equal(identity.publicKey, '0xd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a')
  assert.equal(publicKeyOf(certificate), identity.publicKey)
  assert.equal(certificate.verify(certificate.publicKey), true)
  assert.deepEqual(createIdentity(seed), identity)
})

test('frames come out as they went in, however the stream is cut', () => {
  const message = fc.uint8Array({ minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(fc.array(message), fc.array(fc.integer({ min: 1, max: 20 })), (messages, cuts) => {
      const stream = Buffer.concat(messages.map(encodeFrame))
      const reader = new FrameReader(40)
      const received: Uint8Array[] = []
      let at = 0
      for (const length of [...cuts, stream.length]) {
        received.push(...reader.push(stream.subarray(at, at + length)))
        at = Math.min(stream.length, at + length)
      }
      assert.deepEqual(received, messages)
    }),
  )
})

test('a frame over the bound is refused by its header alone', () => {
  const reader = new FrameReader(10)
  assert.throws(() => [...reader.push(Buffer.from('0000000b', 'hex'))], DecodeError)
  assert.throws(() => [...new FrameReader(10).push(Buffer.from('00000000', 'hex'))], DecodeError)
})

const channels: readonly Channel[] = [
  { kind: 'consensus', instance: { rollup: rollupId(2), epoch: epoch(3), sub: 1 } },
  { kind: 'action' },
  { kind: 'transactions', rollup: rollupId(7) },
  { kind: 'record' },
  { kind: 'evidence' },
  { kind: 'addresses' },
  { kind: 'snapshot' },
]

test('an envelope keeps its channel and payload', () => {
  for (const channel of channels) {
    for (const payload of [utf8('payload'), new Uint8Array(0)]) {
      assert.deepEqual(decodeEnvelope(encodeEnvelope(channel, payload)), { channel, payload })
    }
  }
})

test('an envelope of an unknown kind, cut short or too large is refused', () => {
  const refuse = (bytes: Uint8Array) => assert.throws(() => decodeEnvelope(bytes), DecodeError)
  refuse(new Uint8Array(0))
  refuse(Uint8Array.of(channels.length, 1, 2, 3))
  for (const channel of channels) {
    const empty = encodeEnvelope(channel, new Uint8Array(0))
    for (let length = 0; length < empty.length; length++) refuse(empty.subarray(0, length))
    const tooLarge = new Uint8Array(PAYLOAD_BYTES_MAX[channel.kind] + 1)
    assert.throws(() => encodeEnvelope(channel, tooLarge), RangeError)
    refuse(Buffer.concat([empty, tooLarge]))
  }
})

test('a rate limit lets a second pass, then asks to wait until the debt is paid', () => {
  let now = 0
  const limit = new RateLimit(100, { now: () => now })
  assert.equal(limit.spend(100), 0)
  assert.equal(limit.spend(50), 500)
  now = 400
  assert.equal(limit.spend(0), 100)
  now = 500
  assert.equal(limit.spend(0), 0)
  now = 100_000
  assert.equal(limit.spend(100), 0)
  assert.equal(limit.spend(1), 10)
  now = 0
  assert.equal(limit.spend(0), 10)
})

test('the wait between dials doubles up to five seconds, with jitter of half', () => {
  const random = (byte: number) => ({ bytes: () => Uint8Array.of(byte) })
  assert.equal(backoffMs(0, random(255)), 50)
  assert.equal(backoffMs(0, random(0)), 25)
  assert.equal(backoffMs(3, random(255)), 400)
  assert.equal(backoffMs(1000, random(255)), 5000)
  assert.equal(backoffMs(1000, random(0)), 2500)
})
