import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import type { Application } from '../../src/consensus/application.ts'
import type { Block } from '../../src/consensus/block.ts'
import { createCommittee } from '../../src/consensus/committee.ts'
import { createEngine } from '../../src/consensus/engine.ts'
import type { Engine, EngineOptions } from '../../src/consensus/engine-options.ts'
import { roundRobin } from '../../src/consensus/leaders.ts'
import { decodeMessage, encodeMessage, isAddressedTo, type Message } from '../../src/consensus/message.ts'
import { timingFor } from '../../src/consensus/timing.ts'
import type { Milestone } from '../../src/consensus/turn.ts'
import { verifyCertificate } from '../../src/consensus/vote.ts'
import type { Logger, RecordLog } from '../../src/platform/ports.ts'
import { SeededRandom } from '../../src/platform/simulated/random.ts'
import { SimulatedDisk } from '../../src/platform/simulated/record-log.ts'
import { simulatedScheme, simulatedSigner } from '../../src/platform/simulated/signatures.ts'
import { SimulatedTime } from '../../src/platform/simulated/time.ts'
import { keccakHex } from '../../src/primitives/hash.ts'
import type { SignatureScheme, VoteSigner } from '../../src/primitives/signatures.ts'
import { SimulatedApplication, SimulatedStore } from '../simulation/engine/application.ts'
import { certificateOf, childOf, committeeOf, genesisBlock, INSTANCE, voteOf } from './fixtures.ts'

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent }

interface Setup {
  readonly time: SimulatedTime
  readonly failures: Error[]
  readonly milestones: Milestone[]
  readonly committed: Block[]
}

function setUp(
  seat: number,
  overrides: Partial<EngineOptions> = {},
  time = new SimulatedTime(1000),
): Setup & { engine: Engine } {
  const setup: Setup = { time, failures: [], milestones: [], committed: [] }
  const store = new SimulatedStore(time)
  const genesis = genesisBlock(1000)
  const fail = (what: string) => setup.failures.push(new Error(what))
  const engine = createEngine({
    committee: committeeOf([1, 1, 1, 1]),
    seat,
    genesis,
    leaders: roundRobin(4),
    pacing: { minBlockMs: 0, heartbeatMs: 0, instant: true },
    timing: timingFor(100),
    scheme: simulatedScheme,
    signer: seat < 0 ? null : simulatedSigner(seat),
    log: new SimulatedDisk().open(),
    application: new SimulatedApplication({
      time,
      random: new SeededRandom(seat),
      store,
      genesis,
      executionMs: 3,
      onCommit: (blocks) => setup.committed.push(...blocks),
      onViolation: fail,
    }),
    blocks: store,
    clock: time,
    timers: time,
    logger: silent,
    send: () => {},
    onMilestone: (milestone) => setup.milestones.push(milestone),
    onFailure: (error) => setup.failures.push(error),
    ...overrides,
  })
  return { ...setup, engine }
}

test('what one turn of the event loop brings is synced once, before any of its messages leaves', async () => {
  const order: string[] = []
  const log: RecordLog = {
    recovered: [],
    append: () => order.push('append'),
    sync: () => order.push('sync'),
    rewrite: () => order.push('rewrite'),
    close: () => {},
  }
  const { engine, time } = setUp(0, { log, send: () => order.push('send') })
  await engine.start()
  engine.peerConnected('1', 1)
  engine.peerConnected('2', 2)
  await time.run(1260)
  assert.deepEqual(order, ['append', 'sync', 'send'])
  order.length = 0
  const committee = committeeOf([1, 1, 1, 1])
  for (const seat of [1, 2]) {
    engine.receive(`${seat}`, encodeMessage({ type: 'vote', vote: voteOf(committee, seat, 'X', 1) }))
  }
  await time.run(1261)
  assert.deepEqual(order, ['append'], 'a certificate that nothing was signed with waits for the next sync')
})

test('a node whose disk fails stops and sends nothing', async () => {
  const sent: Uint8Array[] = []
  const log: RecordLog = {
    recovered: [],
    append: () => {},
    sync: () => {
      throw new Error('disk full')
    },
    rewrite: () => {},
    close: () => {},
  }
  const { engine, time, failures } = setUp(0, { log, send: (_, bytes) => sent.push(bytes) })
  await engine.start()
  await time.run(5000)
  assert.deepEqual(sent, [])
  assert.equal((failures[0] as { code?: string }).code, 'E102')
  assert.equal(engine.status().isRunning, false)
})

test('a node that has lost its log sends no vote in an instance that it may have voted in', async () => {
  const sentBy = async (mayVote: boolean) => {
    const sent: Message[] = []
    const { engine, time } = setUp(0, { mayVote, send: (_, bytes) => sent.push(decodeMessage(bytes)) })
    await engine.start()
    await time.run(5000)
    return sent.filter(({ type }) => type === 'vote' || type === 'proposal')
  }
  assert.notDeepEqual(await sentBy(true), [])
  assert.deepEqual(await sentBy(false), [])
})

test('nothing is committed before what comes before it is durable', async () => {
  const order: string[] = []
  const time = new SimulatedTime(1000)
  const application: Partial<Application> = {
    verify: async () => true,
    commit: async ([block]) => {
      order.push(`begin ${block!.header.height}`)
      await time.sleep(block!.header.height === 101 ? 50 : 1)
      order.push(`end ${block!.header.height}`)
    },
  }
  const { engine } = setUp(-1, { application: application as Application }, time)
  await engine.start()
  engine.peerConnected('1', 1)
  const committee = committeeOf([1, 1, 1, 1])
  const first = childOf(genesisBlock(1000), { view: 1, parentView: 0, proposer: 1 })
  const second = childOf(first, { view: 2, parentView: 1, proposer: 2 })
  for (const block of [first, second]) {
    const { view } = block.header
    const certificate = certificateOf(committee, 'F', view, block.digest)
    engine.receive('1', encodeMessage({ type: 'certificate', certificate }))
    engine.receive('1', encodeMessage({ type: 'block', block }))
    await time.run(time.now() + 10)
  }
  await time.run(time.now() + 100)
  assert.deepEqual(order, ['begin 101', 'end 101', 'begin 102', 'end 102'])
})

test('an application that throws while verifying costs the view, not the node', async () => {
  const application = {
    build: async () => null,
    verify: async () => {
      throw new Error('broken')
    },
    commit: async () => {},
  }
  const { engine, time, failures } = setUp(0, { application })
  await engine.start()
  await time.run(3000)
  assert.deepEqual(failures, [])
  assert.equal(engine.status().isRunning, true)
})

test('of a peer that goes on sending garbage, one line is in the log', async () => {
  let lines = 0
  const logger: Logger = { ...silent, warn: () => void lines++ }
  const { engine } = setUp(0, { logger })
  await engine.start()
  engine.peerConnected('1', 1)
  for (let i = 0; i < 100; i++) for (const peer of ['1', 'nobody']) engine.receive(peer, Uint8Array.of(99))
  assert.equal(lines, 1)
})

test('garbage from a peer does no harm', async () => {
  const { engine, time, failures } = setUp(0)
  await engine.start()
  engine.peerConnected('1', 1)
  engine.receive('1', new Uint8Array([99, 1, 2, 3]))
  engine.receive('nobody', new Uint8Array())
  await time.run(1500)
  assert.deepEqual(failures, [])
})

test('a voting node without a log is refused', () => {
  assert.throws(() => setUp(0, { log: null }), RangeError)
})

/** Four seats and an observer, connected without delay. */
async function runInstance(
  schemeOf: { scheme: SignatureScheme; signers: readonly VoteSigner[] },
  untilMs: number,
): Promise<{ setups: Setup[]; committee: EngineOptions['committee'] }> {
  const time = new SimulatedTime(1000)
  const members = schemeOf.signers.map(({ publicKey }, validator) => ({
    validator,
    account: `0x${'00'.repeat(19)}0${validator}` as const,
    publicKey,
    weight: 1n,
  }))
  const network = { chainId: 7_700_000, genesisHash: keccakHex(), forks: [] }
  const committee = createCommittee(network, INSTANCE, members)
  const engines = new Map<string, Engine>()
  const setups: Setup[] = []
  for (const seat of [0, 1, 2, 3, -1]) {
    const name = `${seat}`
    const send = (to: string, bytes: Uint8Array) => {
      for (const [key, engine] of engines) {
        if (key !== name && isAddressedTo(to, key, Number(key)))
          time.schedule(5, () => engine.receive(name, bytes))
      }
    }
    const signer = schemeOf.signers[seat] ?? null
    const setup = setUp(seat, { committee, scheme: schemeOf.scheme, signer, send }, time)
    engines.set(name, setup.engine)
    setups.push(setup)
  }
  for (const [name, engine] of engines) {
    await engine.start()
    engine.work(0)
    for (const other of engines.keys()) if (other !== name) engine.peerConnected(other, Number(other))
  }
  await time.run(untilMs)
  return { setups, committee }
}

test('four seats agree on a chain, and an observer follows it', async () => {
  const signers = [0, 1, 2, 3].map(simulatedSigner)
  const { setups } = await runInstance({ scheme: simulatedScheme, signers }, 2000)
  const shortest = Math.min(...setups.map(({ committed }) => committed.length))
  assert.ok(shortest > 20, `${shortest} blocks`)
  for (const [seat, { committed, failures, milestones }] of setups.entries()) {
    assert.deepEqual(failures, [])
    assert.deepEqual(
      committed.slice(0, shortest).map(({ digest }) => digest),
      setups[0]!.committed.slice(0, shortest).map(({ digest }) => digest),
    )
    const [block] = committed
    const rungs = milestones
      .filter((milestone) => milestone.block.digest === block!.digest)
      .map(({ rung }) => rung)
    // The observer gets no votes, and the N certificate only if the next proposal brings it in time.
    const expected = signers[seat] ? ['proposed', 'notarized', 'soft'] : ['proposed', 'soft']
    assert.deepEqual(
      rungs.filter((rung) => expected.includes(rung)),
      expected,
    )
  }
})

const bls = new URL('../../src/platform/bls.ts', import.meta.url)

test('the same with BLS signatures, whose certificates verify', { skip: !existsSync(bls) }, async () => {
  const { createBlsScheme, createVoteSigner } = await import('../../src/platform/bls.ts')
  const signers = [0, 1, 2, 3].map((seat) => createVoteSigner(new Uint8Array(32).fill(seat + 1)))
  const scheme = createBlsScheme()
  const { setups, committee } = await runInstance({ scheme, signers }, 1150)
  for (const { committed, milestones } of setups) {
    assert.ok(committed.length >= 3, `${committed.length} blocks`)
    for (const { certificate, rung } of milestones) {
      if (rung !== 'proposed') assert.ok(verifyCertificate(committee, scheme, certificate!))
    }
  }
})
