import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type AddressRecord,
  decodeAddressRecords,
  encodeAddressRecords,
  signAddress,
} from '../../src/network/address-record.ts'
import { createIdentity } from '../../src/network/certificate.ts'
import { decodeEnvelope } from '../../src/network/envelope.ts'
import type { Transport } from '../../src/network/transport.ts'
import { CHANGE_INTERVAL_MS, GUEST_PEERS_MAX, PeerBook } from '../../src/nodes/peer-book.ts'
import { SimulatedTime } from '../../src/platform/simulated/time.ts'
import type { Hex } from '../../src/primitives/bytes.ts'
import { keccak256, keccakHex } from '../../src/primitives/hash.ts'
import type { PeerAddress } from '../../src/primitives/process-messages.ts'
import { silent } from './rig.ts'

const GENESIS = keccakHex()
const seeds = Array.from({ length: 10 }, (_, n) => keccak256(Uint8Array.of(n)))
const keys = seeds.map((seed) => createIdentity(seed).publicKey)
const addressOf = (n: number, port = 4000 + n): PeerAddress => ({
  publicKey: keys[n]!,
  host: '10.0.0.1',
  port,
})
const recordOf = (n: number, issuedAt = 1, port?: number) =>
  signAddress(seeds[n]!, GENESIS, addressOf(n, port), issuedAt)

/** The book of node 0; `standing` are the numbers of validators. */
function openBook({ standing, entries = [] }: { standing: number[]; entries?: PeerAddress[] }) {
  const time = new SimulatedTime(1_000_000)
  let dialed: readonly PeerAddress[] = []
  const sent: { to: readonly Hex[]; records: AddressRecord[] }[] = []
  const connected: Hex[] = []
  const transport = {
    publicKey: keys[0]!,
    setPeers: (addresses: readonly PeerAddress[]) => {
      dialed = addresses
    },
    peers: () => connected,
    broadcast: (message: Uint8Array, to: readonly Hex[]) =>
      sent.push({ to, records: decodeAddressRecords(decodeEnvelope(message).payload) }),
  } as unknown as Transport
  const book = new PeerBook({
    seed: seeds[0]!,
    genesisHash: GENESIS,
    entries,
    standing: { has: (key) => standing.some((n) => keys[n] === key) },
    clock: time,
    timers: time,
    logger: silent,
  })
  book.open(transport, addressOf(0))
  sent.length = 0
  const take = (from: number, ...records: AddressRecord[]) =>
    book.take(keys[from]!, encodeAddressRecords(records))
  return { book, time, sent, connected, take, ports: () => dialed.map(({ port }) => port).sort() }
}

describe('the book of peers', () => {
  test('learns where validators are, dials them and passes it on', () => {
    const { take, ports, sent, connected } = openBook({ standing: [0, 1, 2, 3] })
    connected.push(keys[1]!, keys[2]!)
    take(1, recordOf(1), recordOf(3))
    assert.deepEqual(ports(), [4001, 4003])
    assert.deepEqual(
      sent.map(({ to, records }) => [to, records.length]),
      [[[keys[2]], 2]],
    )
    take(2, recordOf(1), recordOf(3))
    assert.equal(sent.length, 1, 'what is known is not passed on again')
  })

  test('takes no address of a stranger, none of its own, and none that is forged', () => {
    const { take, ports } = openBook({ standing: [0, 1, 2] })
    take(1, recordOf(5), recordOf(0, 9))
    assert.deepEqual(ports(), [])
    take(1, { ...recordOf(2), issuedAt: 7 })
    assert.deepEqual(ports(), [])
    take(1, recordOf(2))
    assert.deepEqual(ports(), [], 'whoever has forged one is not listened to')
    take(2, recordOf(2))
    assert.deepEqual(ports(), [4002])
  })

  test('a later address of a node replaces the earlier one, but not at once again', async () => {
    const { take, ports, time } = openBook({ standing: [0, 1] })
    take(1, recordOf(1, 5))
    take(1, recordOf(1, 6, 5001))
    assert.deepEqual(ports(), [4001])
    await time.run(time.now() + CHANGE_INTERVAL_MS)
    take(1, recordOf(1, 6, 5001))
    assert.deepEqual(ports(), [5001])
    take(1, recordOf(1, 4, 5002))
    assert.deepEqual(ports(), [5001])
  })

  test('a guest dials its entries and a few others', () => {
    const { take, ports } = openBook({ standing: [1, 2, 3, 4, 5, 6, 7, 8, 9], entries: [addressOf(9)] })
    take(9, ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => recordOf(n)))
    assert.equal(ports().length, 1 + GUEST_PEERS_MAX)
    assert.ok(ports().includes(4009))
  })

  test('who connects is told all addresses, its own among them', () => {
    const { take, book, sent } = openBook({ standing: [0, 1, 2] })
    take(1, recordOf(1))
    book.peerConnected(keys[2]!)
    assert.deepEqual(
      sent.at(-1)!.records.map(({ address }) => address.port),
      [4000, 4001],
    )
  })

  test('entries are no strangers, whoever is a validator', () => {
    const { book } = openBook({ standing: [1], entries: [addressOf(9)] })
    assert.deepEqual(
      [9, 1, 2].map((n) => book.isKnown(keys[n]!)),
      [true, true, false],
    )
  })
})
