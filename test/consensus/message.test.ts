import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createBlock } from '../../src/consensus/block.ts'
import type { Header } from '../../src/consensus/header.ts'
import {
  CHAIN_BLOCKS_MAX,
  decodeMessage,
  encodeMessage,
  MESSAGE_BYTES_MAX,
  type Message,
} from '../../src/consensus/message.ts'
import { type Certificate, VOTE_KINDS, type Vote } from '../../src/consensus/vote.ts'
import { decodeWalRecord, encodeWalRecord, type WalRecord } from '../../src/consensus/wal.ts'
import { toHex } from '../../src/primitives/bytes.ts'
import { DecodeError } from '../../src/primitives/codec.ts'
import { epoch, height, rollupId, view } from '../../src/primitives/ids.ts'

/** Plain objects, as decoders make them. */
function object<Fields>(model: { [Key in keyof Fields]: fc.Arbitrary<Fields[Key]> }): fc.Arbitrary<Fields> {
  return fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<Fields>
}

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const hash = bytes(32).map(toHex)
const number = fc.maxSafeNat()
const kind = fc.constantFrom(...VOTE_KINDS)

const vote: fc.Arbitrary<Vote> = object({
  kind,
  view: number.map(view),
  digest: hash,
  signer: fc.nat(65535),
  signature: bytes(192),
})
const certificate: fc.Arbitrary<Certificate> = object({
  kind,
  view: number.map(view),
  digest: hash,
  bitmap: fc.uint8Array({ maxLength: 16 }),
  signature: bytes(96),
})
const header: fc.Arbitrary<Header> = object({
  instance: object({
    rollup: number.map(rollupId),
    epoch: fc.nat(2 ** 31 - 1).map(epoch),
    sub: fc.nat(2 ** 31 - 1),
  }),
  view: fc.integer({ min: 1000, max: 2 ** 40 }).map(view),
  parentView: fc.nat(999).map(view),
  height: number.map(height),
  parent: hash,
  payloadRoot: hash,
  stateRoot: hash,
  time: number,
  proposer: fc.nat(65535),
  beaconRef: object({ height: number.map(height), hash }),
})
const block = object({
  header,
  appHeader: fc.uint8Array({ maxLength: 300 }),
  appBody: fc.uint8Array({ maxLength: 300 }),
  justification: fc.array(certificate, { maxLength: 3 }),
}).map(createBlock)

const message: fc.Arbitrary<Message> = fc.oneof(
  object({
    type: fc.constant('proposal' as const),
    block,
    vote,
    certificates: fc.array(certificate, { maxLength: 3 }),
  }),
  object({ type: fc.constant('vote' as const), vote }),
  object({ type: fc.constant('certificate' as const), certificate }),
  object({ type: fc.constant('need' as const), view: number.map(view), digest: fc.option(hash) }),
  object({ type: fc.constant('block' as const), block }),
  object({
    type: fc.constant('chainRequest' as const),
    fromHeight: number.map(height),
    max: fc.integer({ min: 1, max: CHAIN_BLOCKS_MAX }),
  }),
  object({
    type: fc.constant('chainResponse' as const),
    blocks: fc.array(block, { maxLength: 3 }),
    headers: fc.array(header, { maxLength: 3 }),
    certificate,
  }),
)

const record: fc.Arbitrary<WalRecord> = fc.oneof(
  object({ type: fc.constant('vote' as const), kind, view: number.map(view), digest: hash }),
  object({ type: fc.constant('certificate' as const), certificate }),
  object({ type: fc.constant('block' as const), block }),
)

test('every message survives its encoding', () => {
  fc.assert(
    fc.property(message, (sent) => {
      assert.deepEqual(decodeMessage(encodeMessage(sent)), sent)
    }),
  )
})

test('every record of the write-ahead log survives its encoding', () => {
  fc.assert(
    fc.property(record, (written) => {
      assert.deepEqual(decodeWalRecord(encodeWalRecord(written)), written)
    }),
  )
})

test('garbage makes a message, or a DecodeError and nothing else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), fc.nat(8), (garbage, type) => {
      decodesOrRefuses(new Uint8Array([type, ...garbage]))
    }),
    { numRuns: 500 },
  )
})

test('a message cut short, lengthened or with a byte changed makes a message or a DecodeError', () => {
  fc.assert(
    fc.property(message, fc.nat(), fc.nat(255), (sent, at, byte) => {
      const encoded = encodeMessage(sent)
      assert.throws(() => decodeMessage(encoded.subarray(0, at % encoded.length)), DecodeError)
      assert.throws(() => decodeMessage(new Uint8Array([...encoded, byte])), DecodeError)
      const changed = encoded.slice()
      changed[at % encoded.length] = byte
      decodesOrRefuses(changed)
    }),
  )
})

test('a message above the size limit is refused unread', () => {
  assert.throws(() => decodeMessage(new Uint8Array(MESSAGE_BYTES_MAX + 1)), DecodeError)
})

test('a chain request for no blocks, or for too many, is refused', () => {
  for (const max of [0, CHAIN_BLOCKS_MAX + 1]) {
    const request: Message = { type: 'chainRequest', fromHeight: height(1), max }
    assert.throws(() => decodeMessage(encodeMessage(request)), DecodeError)
  }
})

function decodesOrRefuses(input: Uint8Array): void {
  try {
    decodeMessage(input)
  } catch (error) {
    assert.ok(error instanceof DecodeError, String(error))
  }
}
