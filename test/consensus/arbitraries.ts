/** Arbitrary protocol objects, as decoders make them. */

import fc from 'fast-check'
import { createBlock } from '../../src/consensus/block.ts'
import type { Header } from '../../src/consensus/header.ts'
import { CHAIN_BLOCKS_MAX, type Message } from '../../src/consensus/message.ts'
import { type Certificate, VOTE_KINDS, type Vote } from '../../src/consensus/vote.ts'
import type { WalRecord } from '../../src/consensus/wal.ts'
import { toHex } from '../../src/primitives/bytes.ts'
import { epoch, height, rollupId, view } from '../../src/primitives/ids.ts'

/** Without a null prototype, which decoders don't give. */
export function object<Fields>(
  model: { [Key in keyof Fields]: fc.Arbitrary<Fields[Key]> },
): fc.Arbitrary<Fields> {
  return fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<Fields>
}

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
export const hash = bytes(32).map(toHex)
const number = fc.maxSafeNat()
const kind = fc.constantFrom(...VOTE_KINDS)

export const vote: fc.Arbitrary<Vote> = object({
  kind,
  view: number.map(view),
  digest: hash,
  signer: fc.nat(65535),
  signature: bytes(192),
})
export const certificate: fc.Arbitrary<Certificate> = object({
  kind,
  view: number.map(view),
  digest: hash,
  bitmap: fc.uint8Array({ maxLength: 16 }),
  signature: bytes(96),
})
export const header: fc.Arbitrary<Header> = object({
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
export const block = object({
  header,
  appHeader: fc.uint8Array({ maxLength: 300 }),
  appBody: fc.uint8Array({ maxLength: 300 }),
  justification: fc.array(certificate, { maxLength: 3 }),
}).map(createBlock)

export const message: fc.Arbitrary<Message> = fc.oneof(
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

export const record: fc.Arbitrary<WalRecord> = fc.oneof(
  object({ type: fc.constant('vote' as const), kind, view: number.map(view), digest: hash }),
  object({ type: fc.constant('certificate' as const), certificate }),
  object({ type: fc.constant('block' as const), block }),
)
