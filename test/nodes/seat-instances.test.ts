import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Block, createBlock, payloadRoot } from '../../src/consensus/block.ts'
import { createCommittee } from '../../src/consensus/committee.ts'
import { SeatInstances } from '../../src/nodes/seat-instances.ts'
import type { Opening, SeatBriefing } from '../../src/nodes/seat-messages.ts'
import { simulatedSigner } from '../../src/platform/simulated/signatures.ts'
import { keccakHex, ZERO_HASH } from '../../src/primitives/hash.ts'
import { epoch, height, type Instance, view } from '../../src/primitives/ids.ts'
import { instanceOf, keyOf } from './rig.ts'

const EPOCH_LENGTH = 10
const NETWORK = { chainId: 7_700_000, genesisHash: keccakHex(), forks: [] }

/** A chain of the given instances, block by block; `beacon` is the Beacon height that each block refers to. */
function chainOf(...blocks: { of: Instance; beacon: number }[]) {
  const chain: Block[] = [blockAt(null, instanceOf(0), 0)]
  for (const { of, beacon } of blocks) chain.push(blockAt(chain.at(-1)!, of, beacon))
  return { head: chain.at(-1)!, blockAt: (at: number) => chain[at] ?? null }
}

function blockAt(parent: Block | null, instance: Instance, beacon: number): Block {
  return createBlock({
    header: {
      instance,
      view: view(1),
      parentView: view(0),
      height: height(parent === null ? 0 : parent.header.height + 1),
      parent: parent?.digest ?? ZERO_HASH,
      payloadRoot: payloadRoot(new Uint8Array(), []),
      stateRoot: ZERO_HASH,
      time: 0,
      proposer: 0,
      beaconRef: { height: height(beacon), hash: ZERO_HASH },
    },
    appHeader: new Uint8Array(),
    appBody: new Uint8Array(),
    justification: [],
  })
}

function committeeIn(instance: Instance, validators: readonly number[] = [0, 1, 2, 3, 4]) {
  const members = validators.map((validator) => ({
    validator,
    account: `0x${'00'.repeat(20)}` as const,
    publicKey: simulatedSigner(validator).publicKey,
    weight: 1n,
  }))
  return {
    committee: createCommittee(NETWORK, instance, members),
    networkKeys: validators.map(keyOf),
    followers: [keyOf(8), keyOf(9)],
  }
}

function createInstances(briefing: Partial<SeatBriefing> = {}, validator = 2): SeatInstances {
  return new SeatInstances(
    {
      epochLength: EPOCH_LENGTH,
      firstInstance: instanceOf(0),
      voteKey: simulatedSigner(validator).publicKey,
      networkKey: keyOf(validator),
    },
    { committees: [], openings: [], closed: null, heads: [], recorded: 0, connectedPeers: [], ...briefing },
  )
}

function openingAt(instance: Instance, block: Block): Opening {
  const certificate = { kind: 'F', view: view(1), digest: block.digest } as never
  return { instance, genesis: { height: block.header.height, digest: block.digest, certificate } }
}

describe('the instances of a rollup, as a seat knows them', () => {
  test('follow one another by the epoch that the terminal block refers to', () => {
    const instances = createInstances()
    assert.deepEqual(instances.resume(chainOf()), instanceOf(0))
    assert.deepEqual(instances.resume(chainOf({ of: instanceOf(0), beacon: 10 })), instanceOf(0))
    assert.deepEqual(instances.resume(chainOf({ of: instanceOf(0), beacon: 11 })), instanceOf(1))
    assert.deepEqual(instances.resume(chainOf({ of: instanceOf(0), beacon: 35 })), instanceOf(3))
  })

  test('have no plan until their committee is known', () => {
    const instances = createInstances()
    const { head } = chainOf()
    assert.equal(instances.planOf(instanceOf(0), head), null)
    instances.learnCommittees([committeeIn(instanceOf(0))])
    const plan = instances.planOf(instanceOf(0), head)!
    assert.equal(plan.seat, 2)
    assert.equal(plan.mayVote, true)
    assert.deepEqual(
      [...plan.peers],
      [
        [keyOf(8), -1],
        [keyOf(9), -1],
        [keyOf(0), 0],
        [keyOf(1), 1],
        [keyOf(3), 3],
        [keyOf(4), 4],
      ],
    )
    assert.deepEqual(instances.placeIn(instanceOf(0)), { seat: 2, seats: 5 })
    assert.equal(
      createInstances({ committees: [committeeIn(instanceOf(0))] }, 7).placeIn(instanceOf(0)),
      null,
    )
  })

  test('are not voted in while they, or one before them, are closed', () => {
    const committees = [0, 1, 2].map((of) => committeeIn(instanceOf(of)))
    const instances = createInstances({ committees })
    const mayVote = () => [0, 1, 2].map((of) => instances.planOf(instanceOf(of), chainOf().head)!.mayVote)
    instances.close(instanceOf(1))
    assert.deepEqual(mayVote(), [true, false, false])
    assert.equal(instances.open(null), true)
    assert.deepEqual(mayVote(), [true, true, true])
    assert.equal(instances.open(null), false, 'nothing new')
  })

  test('begin from the recorded block after a closed one, which then is terminal for those who are behind it', () => {
    const chain = chainOf({ of: instanceOf(0), beacon: 3 }, { of: instanceOf(0), beacon: 5 })
    const behind = chainOf({ of: instanceOf(0), beacon: 3 })
    const opening = openingAt(instanceOf(1, 1), chain.head)
    const instances = createInstances({ committees: [committeeIn(instanceOf(0))], closed: instanceOf(0) })
    assert.equal(instances.open(opening), true)
    assert.equal(instances.open(opening), false, 'told twice')
    assert.deepEqual(instances.resume(chain), instanceOf(1, 1))
    assert.deepEqual(instances.resume(behind), instanceOf(0))
    const plan = instances.planOf(instanceOf(0), chain.blockAt(0)!)!
    assert.equal(plan.mayVote, false)
    assert.deepEqual(
      [1, 2].map((at) => plan.isTerminal(chain.blockAt(at)!)),
      [false, true],
    )
    assert.deepEqual(instances.successorOf(chain.head), instanceOf(1, 1))
    assert.equal(instances.findCut(chain), null)
  })

  test('make void what was built on that block before, in the closed instance and after it', () => {
    const chain = chainOf(
      { of: instanceOf(0), beacon: 3 },
      { of: instanceOf(0), beacon: 12 },
      { of: instanceOf(1), beacon: 12 },
    )
    const opening = openingAt(instanceOf(1, 1), chain.blockAt(1)!)
    assert.equal(createInstances({ openings: [opening] }).findCut(chain), opening)
    const fromGenesis: Opening = { instance: instanceOf(1, 1), genesis: null }
    assert.equal(createInstances({ openings: [fromGenesis] }).findCut(chain), fromGenesis)
    assert.deepEqual(createInstances({ openings: [fromGenesis] }).resume(chainOf()), instanceOf(1, 1))
  })

  test('leave alone what was built on it afterwards', () => {
    const chain = chainOf({ of: instanceOf(0), beacon: 3 }, { of: instanceOf(1, 1), beacon: 15 })
    const opening = openingAt(instanceOf(1, 1), chain.blockAt(1)!)
    const instances = createInstances({ openings: [opening] })
    assert.equal(instances.findCut(chain), null)
    assert.deepEqual(instances.resume(chain), instanceOf(1, 1))
  })

  test('that were opened one after another from the same block: the last one counts', () => {
    const chain = chainOf({ of: instanceOf(0), beacon: 3 })
    const openings = [1, 2].map((of) => openingAt(instanceOf(epoch(of), 1), chain.head))
    assert.deepEqual(createInstances({ openings }).resume(chain), instanceOf(2, 1))
  })

  test('are told apart from a fork of final blocks', () => {
    const chain = chainOf({ of: instanceOf(0), beacon: 3 })
    const other = chainOf({ of: instanceOf(0), beacon: 4 })
    const instances = createInstances({ openings: [openingAt(instanceOf(1, 1), other.head)] })
    assert.throws(() => instances.findCut(chain), { code: 'K102' })
  })
})
