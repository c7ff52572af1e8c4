import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { after, test } from 'node:test'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { createIdentity } from '../../src/network/certificate.ts'
import { encodeFrame } from '../../src/network/frames.ts'
import {
  createTlsTransport,
  LISTEN_FAILED,
  type TlsTransportOptions,
} from '../../src/network/tls-transport.ts'
import type { Transport } from '../../src/network/transport.ts'
import type { Logger } from '../../src/platform/ports.ts'
import { systemClock, systemRandom, systemTimers } from '../../src/platform/system.ts'
import { type Hex, utf8 } from '../../src/primitives/bytes.ts'
import { keccak256 } from '../../src/primitives/hash.ts'
import type { PeerAddress } from '../../src/primitives/process-messages.ts'

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent }
const ports = { clock: systemClock, timers: systemTimers, random: systemRandom, logger: silent }

/** Seeds in the order of their public keys: the first dials the others. */
const seeds = Array.from({ length: 4 }, (_, n) => keccak256(Uint8Array.of(n))).sort((a, b) =>
  createIdentity(a).publicKey < createIdentity(b).publicKey ? -1 : 1,
)

type Event = ['connect' | 'disconnect', Hex] | ['message', Hex, string]

interface TestNode {
  readonly transport: Transport
  readonly address: PeerAddress
  readonly events: Event[]
  /** Resolves once the events so far satisfy the predicate. */
  until(predicate: (events: readonly Event[]) => boolean): Promise<void>
}

const open = new Set<Transport>()
after(() => Promise.all([...open].map((transport) => transport.close())))

async function startNode(seed: number, options: Partial<TlsTransportOptions> = {}): Promise<TestNode> {
  const transport = createTlsTransport({ seed: seeds[seed]!, ...options }, ports)
  open.add(transport)
  const events: Event[] = []
  const waiting = new Set<() => void>()
  const add = (event: Event) => {
    events.push(event)
    for (const check of waiting) check()
  }
  transport.onConnect((peer) => add(['connect', peer]))
  transport.onDisconnect((peer) => add(['disconnect', peer]))
  transport.onMessage((peer, message) => add(['message', peer, Buffer.from(message).toString()]))
  const { host, port } = await transport.listen()
  const until = (predicate: (events: readonly Event[]) => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (!predicate(events)) return
        waiting.delete(check)
        resolve()
      }
      waiting.add(check)
      check()
    })
  return { transport, address: { publicKey: transport.publicKey, host, port }, events, until }
}

async function stopNode(node: TestNode): Promise<void> {
  open.delete(node.transport)
  await node.transport.close()
}

function introduce(...nodes: readonly TestNode[]): void {
  for (const node of nodes)
    node.transport.setPeers(nodes.filter((other) => other !== node).map((o) => o.address))
}

const connected = (node: TestNode, count: number) => node.until(() => node.transport.peers().length === count)

/** A TLS client with the key of `seeds[seed]` that speaks by hand. */
function rawClient(address: PeerAddress, seed: number | null): TLSSocket {
  const identity = seed === null ? null : createIdentity(seeds[seed]!)
  const socket = connectTls({
    host: address.host,
    port: address.port,
    rejectUnauthorized: false,
    ...(identity && { cert: identity.certificate, key: identity.privateKey }),
  })
  // Without reading, the end of the stream would go unnoticed.
  return socket.on('error', () => {}).resume()
}

/** Of raw clients with the first seed. */
const rawKey = createIdentity(seeds[0]!).publicKey
const greeting = encodeFrame(utf8('beacon/peer/1'))

test('three nodes get one connection per pair and exchange messages both ways, in order', async () => {
  const nodes = await Promise.all([startNode(0), startNode(1), startNode(2)])
  const [a, b, c] = nodes as [TestNode, TestNode, TestNode]
  introduce(...nodes)
  await Promise.all(nodes.map((node) => connected(node, 2)))
  for (let n = 0; n < 50; n++) assert.equal(a.transport.send(b.address.publicKey, utf8(`${n}`)), true)
  b.transport.send(a.address.publicKey, utf8('back'))
  c.transport.broadcast(utf8('to all'))
  c.transport.broadcast(utf8('to a'), [a.address.publicKey])
  await Promise.all([
    b.until((events) => events.filter(([type]) => type === 'message').length === 51),
    a.until((events) => events.filter(([type]) => type === 'message').length === 3),
  ])
  const fromA = b.events.filter(([type, peer]) => type === 'message' && peer === a.address.publicKey)
  assert.deepEqual(
    fromA.map(([, , text]) => text),
    Array.from({ length: 50 }, (_, n) => `${n}`),
  )
  const fromC = a.events.filter(([type, peer]) => type === 'message' && peer === c.address.publicKey)
  assert.deepEqual(
    fromC.map(([, , text]) => text),
    ['to all', 'to a'],
  )
  for (const node of nodes) assert.equal(node.events.filter(([type]) => type === 'connect').length, 2)
  await Promise.all(nodes.map(stopNode))
})

test('a message of several megabytes arrives whole', async () => {
  const [a, b] = [await startNode(0), await startNode(1)]
  introduce(a, b)
  await connected(a, 1)
  const text = 'x'.repeat(5_000_000)
  a.transport.send(b.address.publicKey, utf8(text))
  await b.until((events) => events.some(([type, , received]) => type === 'message' && received === text))
  await Promise.all([a, b].map(stopNode))
})

test('a message sent from the connect listener is not lost', async () => {
  const [a, b] = [await startNode(0), await startNode(1)]
  for (const { transport } of [a, b]) {
    transport.onConnect((peer) => transport.send(peer, utf8('my state')))
  }
  introduce(a, b)
  await Promise.all([a, b].map((node) => node.until((events) => events.some(([type]) => type === 'message'))))
  await Promise.all([a, b].map(stopNode))
})

test('a key that is not in the address book is refused, without a connect on either side', async () => {
  const [stranger, b, c] = [await startNode(0), await startNode(1), await startNode(2)]
  stranger.transport.setPeers([b.address])
  introduce(b, c)
  await connected(b, 1)
  // The stranger's own handshake ends well; being refused shows in a closed socket.
  const socket = rawClient(b.address, 0)
  socket.write(greeting)
  await once(socket, 'close')
  assert.deepEqual(b.transport.peers(), [c.address.publicKey])
  assert.deepEqual(stranger.events, [])
  await Promise.all([stranger, b, c].map(stopNode))
})

test("a client without a certificate, or with the node's own key, is refused", async () => {
  const b = await startNode(1, { isAllowed: () => true })
  for (const seed of [null, 1]) {
    const socket = rawClient(b.address, seed)
    socket.write(greeting)
    await once(socket, 'close')
  }
  assert.deepEqual(b.events, [])
  await stopNode(b)
})

test('the higher key dials a peer that does not know where it is, once', async () => {
  const [a, b] = [await startNode(0, { isAllowed: () => true }), await startNode(1)]
  b.transport.setPeers([a.address])
  await Promise.all([connected(a, 1), connected(b, 1)])
  a.transport.setPeers([b.address])
  a.transport.send(b.address.publicKey, utf8('hello'))
  await b.until((events) => events.some(([type]) => type === 'message'))
  assert.equal(a.transport.peers().length, 1)
  await Promise.all([a, b].map(stopNode))
})

test('peers that dial each other at the same moment keep one connection', async () => {
  const [a, b] = [await startNode(0), await startNode(1, { isAllowed: () => true })]
  b.transport.setPeers([a.address])
  // As late as a courteous peer begins to dial itself.
  await new Promise((resolve) => setTimeout(resolve, 995))
  a.transport.setPeers([b.address])
  await Promise.all([connected(a, 1), connected(b, 1)])
  await new Promise((resolve) => setTimeout(resolve, 200))
  assert.deepEqual([a.transport.peers().length, b.transport.peers().length], [1, 1])
  a.transport.send(b.address.publicKey, utf8('hello'))
  await b.until((events) => events.some(([type]) => type === 'message'))
  await Promise.all([a, b].map(stopNode))
})

test('strangers are let in up to a number, and never instead of a peer', async () => {
  const peer = createIdentity(seeds[0]!).publicKey
  const d = await startNode(3, { isAllowed: (key) => key === peer, strangersMax: 1 })
  const stranger = rawClient(d.address, 1)
  stranger.write(greeting)
  await connected(d, 1)
  const another = rawClient(d.address, 2)
  another.write(greeting)
  await once(another, 'close')
  const known = rawClient(d.address, 0)
  known.write(greeting)
  await connected(d, 2)
  assert.deepEqual(new Set(d.transport.peers()), new Set([peer, createIdentity(seeds[1]!).publicKey]))
  stranger.destroy()
  known.destroy()
  await stopNode(d)
})

test('a stranger that becomes a peer may send as much as one', async () => {
  const isKnown = { value: false }
  const b = await startNode(1, { isAllowed: () => isKnown.value, strangersMax: 1 })
  const socket = rawClient(b.address, 0)
  socket.write(greeting)
  await connected(b, 1)
  isKnown.value = true
  b.transport.setPeers([])
  const started = performance.now()
  for (let n = 0; n < 500; n++) {
    socket.write(encodeFrame(utf8(`${n}`)))
    if (n % 50 === 0) await new Promise(setImmediate)
  }
  await b.until((events) => events.filter(([type]) => type === 'message').length === 500)
  assert.ok(performance.now() - started < 5_000)
  socket.destroy()
  await stopNode(b)
})

test('a peer that restarts, on another port too, is connected again', async () => {
  const [a, b] = [await startNode(0), await startNode(1)]
  introduce(a, b)
  await connected(a, 1)
  await stopNode(b)
  await connected(a, 0)
  const again = await startNode(1)
  assert.equal(again.address.publicKey, b.address.publicKey)
  introduce(a, again)
  await Promise.all([connected(a, 1), connected(again, 1)])
  await stopNode(a)
  await connected(again, 0)
  const dialerAgain = await startNode(0)
  introduce(dialerAgain, again)
  await Promise.all([connected(dialerAgain, 1), connected(again, 1)])
  await Promise.all([dialerAgain, again].map(stopNode))
})

test('a node that left the address book is disconnected and not dialed again', async () => {
  const [a, b] = [await startNode(0), await startNode(1)]
  introduce(a, b)
  await Promise.all([connected(a, 1), connected(b, 1)])
  a.transport.setPeers([])
  await Promise.all([connected(a, 0), connected(b, 0)])
  assert.equal(a.transport.send(b.address.publicKey, utf8('anybody there?')), false)
  await Promise.all([a, b].map(stopNode))
})

test('a second connection with the same key replaces the first', async () => {
  const b = await startNode(1, { isAllowed: () => true })
  const first = rawClient(b.address, 0)
  first.write(greeting)
  await connected(b, 1)
  const second = rawClient(b.address, 0)
  second.write(greeting)
  await once(first, 'close')
  second.write(encodeFrame(utf8('still here')))
  await b.until((events) => events.some(([type]) => type === 'message'))
  assert.deepEqual(
    b.events.map(([type]) => type),
    ['connect', 'disconnect', 'connect', 'message'],
  )
  second.destroy()
  await stopNode(b)
})

for (const [title, bytes] of [
  ['an oversized message', Buffer.concat([greeting, Buffer.from('00100001', 'hex')])],
  ['an empty message', Buffer.concat([greeting, Buffer.alloc(4)])],
  ['a wrong greeting', encodeFrame(utf8('beacon/peer/0'))],
] as const) {
  test(`${title} closes the connection`, async () => {
    const b = await startNode(1, { isAllowed: () => true, limits: { messageBytesMax: 1024 * 1024 } })
    const socket = rawClient(b.address, 0)
    socket.write(bytes)
    await once(socket, 'close')
    await connected(b, 0)
    assert.ok(b.events.every(([type]) => type !== 'message'))
    await stopNode(b)
  })
}

test('garbage instead of TLS, and silence after connecting, do no harm', async () => {
  const [a, b] = [await startNode(0), await startNode(1, { limits: { handshakeTimeoutMs: 200 } })]
  const { host, port } = b.address
  const garbage = connectTcp({ host, port }).on('error', () => {})
  garbage.write(Buffer.alloc(1000, 0x41))
  const mute = connectTcp({ host, port }).on('error', () => {})
  garbage.resume()
  mute.resume()
  await Promise.all([once(garbage, 'close'), once(mute, 'close')])
  introduce(a, b)
  await Promise.all([connected(a, 1), connected(b, 1)])
  await Promise.all([a, b].map(stopNode))
})

test('a peer that never greets is disconnected in time', async () => {
  const b = await startNode(1, { isAllowed: () => true, limits: { handshakeTimeoutMs: 200 } })
  const socket = rawClient(b.address, 0)
  await once(socket, 'close')
  assert.deepEqual(b.events, [])
  await stopNode(b)
})

test('a peer that does not read is disconnected once its queue is full', async () => {
  const queueBytesMax = 4 * 1024 * 1024
  const b = await startNode(1, { isAllowed: () => true, limits: { queueBytesMax } })
  const socket = rawClient(b.address, 0).pause()
  socket.write(greeting)
  await connected(b, 1)
  const message = new Uint8Array(64 * 1024)
  let sentBytes = 0
  while (b.transport.send(rawKey, message)) {
    sentBytes += message.length
    assert.ok(sentBytes < 64 * 1024 * 1024, 'the queue has no bound')
    await new Promise(setImmediate)
  }
  await connected(b, 0)
  socket.destroy()
  await stopNode(b)
})

test('a peer that sends more than allowed is slowed down, not cut off', async () => {
  const b = await startNode(1, { isAllowed: () => true, limits: { messagesPerSecondMax: 100 } })
  const socket = rawClient(b.address, 0)
  socket.write(greeting)
  await connected(b, 1)
  const started = performance.now()
  const messages = Array.from({ length: 150 }, (_, n) => encodeFrame(utf8(`${n}`)))
  for (const message of messages) {
    socket.write(message)
    await new Promise(setImmediate)
  }
  await b.until((events) => events.filter(([type]) => type === 'message').length === 150)
  // The first hundred are free, a further 49 take half a second and the last may come with them in one chunk.
  assert.ok(performance.now() - started > 200)
  assert.equal(b.transport.peers().length, 1)
  socket.destroy()
  await stopNode(b)
})

test('refuses to send what no peer would take, and a port that is taken', async () => {
  const a = await startNode(0)
  assert.throws(() => a.transport.broadcast(new Uint8Array(0)), RangeError)
  assert.throws(() => a.transport.broadcast(new Uint8Array(9 * 1024 * 1024)), RangeError)
  const second = createTlsTransport({ seed: seeds[1]!, port: a.address.port }, ports)
  await assert.rejects(second.listen(), (error) => (error as { code: string }).code === LISTEN_FAILED.code)
  await second.close()
  await stopNode(a)
})
