import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  decodeAddressRecords,
  encodeAddressRecords,
  signAddress,
  verifyAddress,
} from '../../src/network/address-record.ts'
import { createIdentity } from '../../src/network/certificate.ts'
import { keccakHex } from '../../src/primitives/hash.ts'
import { formatPeerAddress, parsePeerAddress } from '../../src/primitives/peer-address.ts'
import { mutated, strange } from './bytes.ts'
import { decodedOrRefused, fuzz } from './support.ts'

const GENESIS = keccakHex()
const seed = new Uint8Array(32).fill(7)
const { publicKey } = createIdentity(seed)
const record = fc
  .tuple(fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()), fc.integer({ min: 1, max: 0xffff }), fc.maxSafeNat())
  .map(([host, port, issuedAt]) =>
    signAddress(seed, GENESIS, { publicKey, host: host.toLowerCase(), port }, issuedAt),
  )
const message = fc.array(record, { maxLength: 4 }).map(encodeAddressRecords)

fuzz(
  'addresses that are accepted are the one encoding of what they say, and can be written down',
  1_000,
  fc.property(strange(message), (bytes) => {
    const records = decodedOrRefused(decodeAddressRecords, bytes)
    if (records === null) return
    assert.deepEqual(encodeAddressRecords(records), bytes)
    for (const { address } of records) assert.deepEqual(parsePeerAddress(formatPeerAddress(address)), address)
  }),
)

fuzz(
  'an address that was changed on its way is not verified',
  500,
  fc.property(mutated(message), (changed) => {
    for (const one of decodedOrRefused(decodeAddressRecords, changed) ?? []) {
      const again = signAddress(seed, GENESIS, one.address, one.issuedAt)
      assert.equal(verifyAddress(GENESIS, one), Buffer.compare(again.signature, one.signature) === 0)
    }
  }),
)

fuzz(
  'any text is an address, or none',
  1_000,
  fc.property(
    fc.oneof(fc.string(), fc.webUrl(), fc.stringMatching(/^beacon:\/\/[0-9a-f]{64}@.*$/)),
    (text) => {
      const address = parsePeerAddress(text)
      if (address !== null) assert.deepEqual(parsePeerAddress(formatPeerAddress(address)), address)
    },
  ),
)
