/** A network is taken back to an earlier state and goes on as another fork, with nodes that don't stand at the same height and empty logs. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Block } from '../../src/consensus/block.ts'
import { type Committee, createCommittee } from '../../src/consensus/committee.ts'
import { createEngine } from '../../src/consensus/engine.ts'
import type { Engine } from '../../src/consensus/engine-options.ts'
import { roundRobin } from '../../src/consensus/leaders.ts'
import { decodeMessage, isAddressedTo } from '../../src/consensus/message.ts'
import { timingFor } from '../../src/consensus/timing.ts'
import { type Vote, voteMessage } from '../../src/consensus/vote.ts'
import type { Logger } from '../../src/platform/ports.ts'
import { SeededRandom } from '../../src/platform/simulated/random.ts'
import { SimulatedDisk } from '../../src/platform/simulated/record-log.ts'
import { simulatedScheme, simulatedSigner } from '../../src/platform/simulated/signatures.ts'
import { SimulatedTime } from '../../src/platform/simulated/time.ts'
import type { Fork } from '../../src/primitives/forks.ts'
import { keccakHex } from '../../src/primitives/hash.ts'
import { view } from '../../src/primitives/ids.ts'
import { SimulatedApplication, SimulatedStore } from '../simulation/engine/application.ts'
import { certificateOf, childOf, committeeOf, genesisBlock, INSTANCE } from './fixtures.ts'
import { Rig } from './rig.ts'

const SEATS = [0, 1, 2, 3]
const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent }

interface Sent {
  readonly from: string
  readonly to: string
  readonly bytes: Uint8Array
}

interface Run {
  readonly sent: readonly Sent[]
  readonly faults: readonly string[]
  /** Every block that any node committed, by height. */
  readonly committed: ReadonlyMap<number, Block>
  readonly finalHeights: readonly number[]
}

function committeeIn(forks: readonly Fork[]): Committee {
  const network = { chainId: 7_700_000, genesisHash: keccakHex(), forks }
  return createCommittee(network, INSTANCE, committeeOf([1, 1, 1, 1]).members)
}

/** Runs four seats on their stores, each with an empty log; `replayed` arrives in the first second. */
async function run(
  committee: Committee,
  stores: readonly SimulatedStore[],
  time: SimulatedTime,
  replayed: readonly Sent[],
): Promise<Run> {
  const genesis = genesisBlock(1000)
  const engines = new Map<string, Engine>()
  const sent: Sent[] = []
  const faults: string[] = []
  const committed = new Map<number, Block>()
  const fork = committee.domains.length
  let isOver = false
  const deliver = ({ from, to, bytes }: Sent) => !isOver && engines.get(to)?.receive(from, bytes)
  for (const seat of SEATS) {
    const from = `${seat}`
    const store = stores[seat]!
    const engine = createEngine({
      committee,
      seat,
      genesis,
      leaders: roundRobin(SEATS.length),
      pacing: { minBlockMs: 0, heartbeatMs: 0, instant: true },
      timing: timingFor(100),
      scheme: simulatedScheme,
      signer: simulatedSigner(seat),
      log: new SimulatedDisk().open(),
      application: new SimulatedApplication({
        time,
        random: new SeededRandom(10 * fork + seat),
        store,
        genesis,
        executionMs: 3,
        onCommit: (blocks) => {
          for (const block of blocks) {
            const known = committed.get(block.header.height)
            if (known !== undefined && known.digest !== block.digest)
              faults.push('two final blocks of a height')
            committed.set(block.header.height, block)
          }
        },
        onViolation: (what) => faults.push(what),
      }),
      blocks: store,
      clock: time,
      timers: time,
      logger: silent,
      send: (audience, bytes) => {
        for (const to of engines.keys()) {
          if (to === from || !isAddressedTo(audience, to, Number(to))) continue
          sent.push({ from, to, bytes })
          time.schedule(5, () => deliver({ from, to, bytes }))
        }
      },
      onEvidence: ({ kind }) => faults.push(`evidence ${kind}`),
      onFailure: ({ message }) => faults.push(message),
    })
    engines.set(from, engine)
  }
  for (const [name, engine] of engines) {
    await engine.start()
    engine.work(0)
    // The first, which is furthest behind, gives its view up before it hears of anyone.
    if (name === '0') await time.run(time.now() + 400)
    for (const other of engines.keys()) if (other !== name) engine.peerConnected(other, Number(other))
  }
  for (const [i, message] of replayed.entries()) time.schedule(i % 1000, () => deliver(message))
  await time.run(time.now() + 2000)
  isOver = true
  const finalHeights = [...engines.values()].map((engine) => engine.status().finalHeight)
  for (const engine of engines.values()) void engine.stop()
  return { sent, faults, committed, finalHeights }
}

/** A copy of the store's past, up to the certified block at or below `height`. */
function past(store: SimulatedStore, height: number, time: SimulatedTime): SimulatedStore {
  const copy = new SimulatedStore(time)
  const top = Math.max(...[...store.certified.keys()].filter((at) => at <= height))
  for (const [at, block] of store.blocks) if (at <= top) copy.blocks.set(at, block)
  for (const [at, certificate] of store.certified) if (at <= top) copy.certified.set(at, certificate)
  return copy
}

const votesIn = (messages: readonly Sent[]): Vote[] =>
  messages
    .map(({ bytes }) => decodeMessage(bytes))
    .flatMap((message) => (message.type === 'vote' || message.type === 'proposal' ? [message.vote] : []))

test('a restored network goes on as another fork, in which votes of the abandoned future count for nothing', async () => {
  const time = new SimulatedTime(1000)
  const stores = SEATS.map(() => new SimulatedStore(time))
  const before = await run(committeeIn([]), stores, time, [])
  assert.deepEqual(before.faults, [])
  assert.ok(Math.min(...before.finalHeights) > 120, `${before.finalHeights}`)

  // Seat 3 was ahead, the others behind it by different measures.
  const restored = stores.map((store, seat) => past(store, 108 + seat, time))
  const head = (await restored[3]!.head())!
  const cut = head.certificate.view
  const after = await run(
    committeeIn([{ id: 1, after: [{ ...INSTANCE, view: cut }] }]),
    restored,
    time,
    // Whoever sends such a thing is not listened to again, which three of four can bear.
    before.sent.filter(({ from }) => from === '3'),
  )

  assert.deepEqual(after.faults, [])
  const { height } = head.block.header
  assert.ok(
    Math.min(...after.finalHeights.slice(0, 3)) > height + 10,
    `${after.finalHeights} after ${height}`,
  )
  for (const [at, block] of after.committed) {
    const isShared = block.digest === before.committed.get(at)?.digest
    assert.equal(isShared, at <= height, `block ${at}`)
  }
  const committee = committeeIn([{ id: 1, after: [{ ...INSTANCE, view: cut }] }])
  const votes = votesIn(after.sent)
  assert.ok(votes.length > 0)
  for (const { kind, view: at, digest, signer, signature } of votes) {
    assert.ok(at > cut, `a vote in view ${at}, which is closed`)
    const { publicKey } = committee.members[signer]!
    assert.ok(simulatedScheme.verify(publicKey, voteMessage(committee, kind, at, digest), signature))
    assert.ok(!simulatedScheme.verify(publicKey, voteMessage(committeeIn([]), kind, at, digest), signature))
  }
  const { certificate } = (await stores[0]!.certifiedFrom(height - 1))!
  assert.ok(certificate.view <= cut)
  assert.deepEqual(
    voteMessage(committee, 'F', view(certificate.view), certificate.digest),
    voteMessage(committeeIn([]), 'F', view(certificate.view), certificate.digest),
    'certificates of the common past go on to hold',
  )
})

test('a block that was notarized in the fork before gets no further vote', () => {
  const committee = committeeIn([{ id: 1, after: [{ ...INSTANCE, view: view(5) }] }])
  for (const [closed, expected] of [
    [committee, []],
    [committeeIn([]), ['F1']],
  ] as const) {
    const rig = new Rig({ committee: closed })
    const block = childOf(rig.genesis, { view: 1, parentView: 0, proposer: 1 })
    rig.state.blocks.set(block.digest, { block, execution: 'valid', logged: false })
    rig.certificate(certificateOf(closed, 'N', 1, block.digest))
    assert.deepEqual(rig.votes(), expected)
  }
})
