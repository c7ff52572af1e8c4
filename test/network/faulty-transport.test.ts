/** Two nodes on real connections, the first of which spoils what it sends. */

import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { createIdentity } from '../../src/network/certificate.ts'
import { FaultyTransport } from '../../src/network/faulty-transport.ts'
import { createTlsTransport } from '../../src/network/tls-transport.ts'
import type { Transport } from '../../src/network/transport.ts'
import { systemClock, systemRandom, systemTimers } from '../../src/platform/system.ts'
import { utf8 } from '../../src/primitives/bytes.ts'
import { keccak256 } from '../../src/primitives/hash.ts'
import { log } from '../settlement/silent-log.ts'

const ports = { clock: systemClock, timers: systemTimers, random: systemRandom, logger: log }
const [here, there] = [1, 2]
  .map((n) => keccak256(Uint8Array.of(n)))
  .sort((a, b) => (createIdentity(a).publicKey < createIdentity(b).publicKey ? -1 : 1))
const faulty = new FaultyTransport(createTlsTransport({ seed: here! }, ports), ports)
const sound = createTlsTransport({ seed: there! }, ports)
const peer = sound.publicKey

/** What happened, each as one line; `until` resolves when the last one is this. */
class Notes {
  readonly lines: string[] = []
  #waiting: (() => void) | null = null

  constructor(transport: Transport) {
    transport.onConnect(() => this.#add('connected'))
    transport.onDisconnect(() => this.#add('disconnected'))
    transport.onMessage((_, message) => this.#add(Buffer.from(message).toString()))
  }

  async until(line: string): Promise<void> {
    while (this.lines.at(-1) !== line) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve
      })
    }
  }

  #add(line: string): void {
    this.lines.push(line)
    this.#waiting?.()
  }
}

const sent = new Notes(faulty)
const received = new Notes(sound)

before(async () => {
  const addresses = await Promise.all([faulty, sound].map((transport) => transport.listen()))
  faulty.setPeers([{ publicKey: peer, ...addresses[1]! }])
  sound.setPeers([{ publicKey: faulty.publicKey, ...addresses[0]! }])
  await Promise.all([sent.until('connected'), received.until('connected')])
})
beforeEach(() => {
  sent.lines.length = 0
  received.lines.length = 0
})
after(() => Promise.all([faulty.close(), sound.close()]))

test('without faults everything goes through', async () => {
  assert.ok(faulty.send(peer, utf8('one')))
  faulty.broadcast(utf8('two'))
  faulty.broadcast(utf8('nobody'), [])
  faulty.broadcast(utf8('three'), [peer])
  await received.until('three')
  assert.deepEqual(received.lines, ['one', 'two', 'three'])
})

test('a cut lets nothing through in its direction, and the connection begins anew when it is mended', async () => {
  faulty.setFaults([{ peer, delayMs: 0, jitterMs: 0, lossPercent: 100 }])
  assert.ok(faulty.send(peer, utf8('lost')), 'the connection seems open')
  faulty.broadcast(utf8('lost too'))
  sound.broadcast(utf8('the other way'))
  await sent.until('the other way')
  assert.deepEqual(faulty.peers(), [peer])

  sent.lines.length = 0
  faulty.setFaults([])
  assert.deepEqual(sent.lines, ['disconnected', 'connected'], 'the node hears that it has to tell its state')
  faulty.broadcast(utf8('through'))
  await received.until('through')
  assert.deepEqual(received.lines, ['through'])
})

test("a cut that nothing was lost in is nobody's concern", () => {
  faulty.setFaults([{ peer, delayMs: 0, jitterMs: 0, lossPercent: 100 }])
  faulty.setFaults([])
  assert.deepEqual(sent.lines, [])
})

test('a slow link keeps the order of what is sent while it is slow and after', async () => {
  faulty.setFaults([{ peer, delayMs: 30, jitterMs: 20, lossPercent: 0 }])
  const startMs = performance.now()
  for (const text of ['one', 'two', 'three']) faulty.send(peer, utf8(text))
  faulty.setFaults([])
  faulty.broadcast(utf8('four'))
  await received.until('four')
  assert.deepEqual(received.lines, ['one', 'two', 'three', 'four'])
  assert.ok(performance.now() - startMs >= 10)
})

test('nothing is sent to strangers', () => {
  const stranger = `0x${'ab'.repeat(32)}` as const
  faulty.setFaults([{ peer: stranger, delayMs: 5, jitterMs: 0, lossPercent: 0 }])
  assert.equal(faulty.send(stranger, utf8('hello')), false)
  faulty.setFaults([])
})
