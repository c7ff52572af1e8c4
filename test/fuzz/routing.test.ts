/**
 * A validator's ear: a real TLS transport, with the routing of messages behind it, and peers that hold a valid key and send whatever they
 * like. At worst such a peer is disconnected; others are served on, and nothing that was kept for it grows without bound.
 */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { after, test } from 'node:test'
import { connect, type TLSSocket } from 'node:tls'
import fc from 'fast-check'
import { encodeSnapshotRequest } from '../../src/beacon/snapshot/messages.ts'
import { encodeMessage } from '../../src/consensus/message.ts'
import { encodeAddressRecords, signAddress } from '../../src/network/address-record.ts'
import { createIdentity } from '../../src/network/certificate.ts'
import { decodeEnvelope, encodeEnvelope } from '../../src/network/envelope.ts'
import { encodeFrame } from '../../src/network/frames.ts'
import { createTlsTransport } from '../../src/network/tls-transport.ts'
import { EARLY_BYTES_MAX, EARLY_MESSAGES_PER_PEER, EarlyMessages } from '../../src/nodes/early-messages.ts'
import { PeerBook } from '../../src/nodes/peer-book.ts'
import { PoolIntake } from '../../src/nodes/pool-intake.ts'
import { SnapshotServer } from '../../src/nodes/snapshot-server.ts'
import { decodeTransactions, encodeTransactions } from '../../src/nodes/transaction-messages.ts'
import { systemClock, systemRandom, systemTimers } from '../../src/platform/system.ts'
import { type Hex, utf8 } from '../../src/primitives/bytes.ts'
import { epoch, height, rollupId } from '../../src/primitives/ids.ts'
import { createGenesis, startNode } from '../beacon/fixture.ts'
import { message } from '../consensus/arbitraries.ts'
import { ChainNetwork, instanceOf, silent } from '../nodes/rig.ts'
import { createLocalRollup } from '../rollup/local-rollup.ts'
import { bytesOf, junk, mutated, strange } from './bytes.ts'
import { fuzz, isDecodeError } from './support.ts'

const ports = { clock: systemClock, timers: systemTimers, random: systemRandom, logger: silent }
/** The first dials the second: keys are in order. */
const [stranger, ours] = [1, 2]
  .map((n) => new Uint8Array(32).fill(n))
  .sort((a, b) => (createIdentity(a).publicKey < createIdentity(b).publicKey ? -1 : 1)) as [
  Uint8Array,
  Uint8Array,
]
const strangerIdentity = createIdentity(stranger)

const chains = new ChainNetwork({ nodes: 5, committeeOf: () => [0, 1, 2, 3], length: 4 })
await chains.startAll()
await chains.run(2_000)
const chain = chains.nodes[0]!.chain!
const PEER = chains.nodes[3]!.key
const { app } = await startNode(createGenesis({ params: { epochLength: 8 } }))
const intake = new PoolIntake(app.pool, systemClock, silent)
const book = new PeerBook({
  ...ports,
  seed: ours,
  genesisHash: app.network.genesisHash,
  entries: [],
  standing: { has: () => true },
})
const snapshots = new SnapshotServer({ ...ports, application: app, send() {} })
const { application: rollup } = await createLocalRollup()

/** As a validator does with a message (nodes/peer-messages.ts); the peer's key is that of a seat in the chain. */
function route(bytes: Uint8Array): void {
  try {
    const { channel, payload } = decodeEnvelope(bytes)
    if (channel.kind === 'consensus') chain.receive(PEER, channel.instance, payload)
    else if (channel.kind === 'transactions')
      for (const raw of decodeTransactions(payload)) rollup.submit(raw)
    else if (channel.kind === 'addresses') book.take(PEER, payload)
    else if (channel.kind === 'snapshot') snapshots.take(PEER, payload)
    else intake.take(PEER, { type: channel.kind, bytes: payload })
  } catch (error) {
    if (!isDecodeError(error)) throw error
  }
}

const transport = createTlsTransport({ seed: ours, isAllowed: () => true }, ports)
const failures: unknown[] = []
let heard: (peer: Hex) => void = () => {}
transport.onMessage((peer, bytes) => {
  heard(peer)
  try {
    route(bytes)
  } catch (error) {
    failures.push(error)
  }
})
const address = await transport.listen()
// Addresses that it learns are nobody's, and dialed in vain.
book.open(transport, { publicKey: transport.publicKey, ...address })
after(() => {
  book.stop()
  snapshots.stop()
  return transport.close()
})

const instance = fc.oneof(
  { arbitrary: fc.nat(6).map((of) => instanceOf(of)), weight: 4 },
  fc
    .tuple(fc.maxSafeNat(), fc.nat(0xffff_ffff), fc.nat(0xffff_ffff))
    .map(([id, of, sub]) => ({ rollup: rollupId(id), epoch: epoch(of), sub })),
)
const consensus = fc
  .tuple(instance, strange(message.map(encodeMessage)))
  .map(([to, payload]) => encodeEnvelope({ kind: 'consensus', instance: to }, payload))
const transactions = fc
  .array(junk, { minLength: 1, maxLength: 4 })
  .map((raw) => encodeEnvelope({ kind: 'transactions', rollup: rollupId(1) }, encodeTransactions(raw)[0]!))
const item = fc
  .tuple(fc.constantFrom('action', 'record', 'evidence'), junk)
  .map(([kind, payload]) => encodeEnvelope({ kind: kind as 'action' }, payload))
const addresses = fc
  .array(
    fc
      .tuple(fc.ipV4(), fc.integer({ min: 1, max: 0xffff }), fc.maxSafeNat())
      .map(([host, port, issuedAt]) => {
        const { publicKey } = strangerIdentity
        return signAddress(stranger, app.network.genesisHash, { publicKey, host, port }, issuedAt)
      }),
    { maxLength: 3 },
  )
  .chain((records) => strange(fc.constant(encodeAddressRecords(records))))
  .map((payload) => encodeEnvelope({ kind: 'addresses' }, payload))
const snapshot = fc
  .tuple(fc.nat(32), fc.stringMatching(/^[a-z/]{0,12}$/))
  .chain(([at, after]) =>
    strange(
      fc.constantFrom(
        ...[
          { type: 'offer' } as const,
          { type: 'changes', from: epoch(at) } as const,
          { type: 'entries', at: height(at), after } as const,
          { type: 'record', rollup: rollupId(1), at: height(at) } as const,
        ].map(encodeSnapshotRequest),
      ),
    ),
  )
  .map((payload) => encodeEnvelope({ kind: 'snapshot' }, payload))
const envelope = fc.oneof({ arbitrary: consensus, weight: 5 }, transactions, item, addresses, snapshot)

fuzz(
  'whatever an instance chain, a pool and a mempool are sent, none of them fails',
  300,
  fc.asyncProperty(fc.array(strange(envelope), { maxLength: 10 }), async (sent) => {
    for (const bytes of sent) route(bytes)
    await chains.run(20)
    assert.equal(chains.nodes[0]!.failure, null)
  }),
)

/** Past TLS with a good key; what follows is the stranger's. */
async function dial(): Promise<TLSSocket> {
  const { certificate: cert, privateKey: key } = strangerIdentity
  const socket = connect({ ...address, cert, key, rejectUnauthorized: false })
  socket.on('error', () => {})
  socket.resume()
  await once(socket, 'secureConnect')
  return socket
}

const greeting = encodeFrame(utf8('beacon/peer/1'))
const frames = fc
  .array(
    fc
      .oneof({ arbitrary: strange(envelope), weight: 3 }, junk)
      .filter((bytes) => bytes.length > 0)
      .map(encodeFrame),
    { maxLength: 8 },
  )
  .map((all): Uint8Array => new Uint8Array(Buffer.concat(all)))
const said = fc.tuple(
  fc.oneof(
    { arbitrary: fc.constant(new Uint8Array(greeting)), weight: 5 },
    mutated(fc.constant(new Uint8Array(greeting))),
  ),
  fc.oneof({ arbitrary: frames, weight: 3 }, mutated(frames)),
)

fuzz(
  'a peer that says anything after its greeting, or instead of it, is at most disconnected',
  60,
  fc.asyncProperty(said, async ([first, rest]) => {
    failures.length = 0
    const socket = await dial()
    const closed = once(socket, 'close')
    socket.end(Buffer.concat([first, rest]))
    await closed
    assert.deepEqual(failures, [])
  }),
)

test('afterwards a peer that keeps to the protocol is heard', async () => {
  const peer = new Promise<Hex>((resolve) => {
    heard = resolve
  })
  const socket = await dial()
  socket.write(Buffer.concat([greeting, encodeFrame(encodeEnvelope({ kind: 'action' }, utf8('here')))]))
  assert.equal(await peer, strangerIdentity.publicKey)
  socket.destroy()
})

fuzz(
  'a stranger without a key that is wanted, or without TLS, gets nowhere and harms nobody',
  30,
  fc.asyncProperty(fc.oneof(junk, bytesOf(600)), async (bytes) => {
    const socket = connectTcp(address)
    socket.on('error', () => {})
    socket.resume()
    const closed = once(socket, 'close')
    await once(socket, 'connect')
    socket.end(bytes)
    await closed
  }),
)

fuzz(
  'messages of instances that have not begun are kept within their bounds, whoever sends how many of what size',
  8,
  fc.property(
    fc.array(fc.tuple(fc.nat(8), fc.nat(5), fc.oneof(fc.nat(2_000), fc.nat(6 * 1024 * 1024))), {
      maxLength: 400,
      size: 'max',
    }),
    (sent) => {
      const early = new EarlyMessages()
      for (const [from, of, length] of sent) {
        early.keep({ instanceKey: `${of}`, from: `0x${from}`, bytes: new Uint8Array(length) })
      }
      const kept = Array.from({ length: 6 }, (_, of) => early.take(`${of}`)).flat()
      assert.ok(kept.reduce((sum, { bytes }) => sum + bytes.length, 0) <= EARLY_BYTES_MAX)
      for (let from = 0; from <= 8; from++) {
        assert.ok(kept.filter((one) => one.from === `0x${from}`).length <= EARLY_MESSAGES_PER_PEER)
      }
    },
  ),
)
