import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MemoryStore } from '../../src/platform/memory-store.ts'
import type { Hex } from '../../src/primitives/bytes.ts'
import { height, rollupId } from '../../src/primitives/ids.ts'
import type { Posting } from '../../src/settlement/batch.ts'
import {
  applyBackfill,
  applyFinality,
  applyFork,
  applyScan,
  createPostings,
  currentRungs,
  type L1Point,
  type PostingsStep,
  type SettlementEvent,
} from '../../src/settlement/postings.ts'
import { PostingsStore } from '../../src/settlement/postings-store.ts'

const WINDOW = 3
const A = rollupId(1)
const B = rollupId(2)

test('a posting climbs from posted over final to settled', () => {
  const posting = postingOf(A, 0, 5)
  let step = applyScan(createPostings(point(4)), point(6), [posting])
  assert.deepEqual(told(step), ['posted 1/0'])
  step = applyFinality(step.state, 4, WINDOW)
  assert.deepEqual(told(step), [])
  step = applyFinality(step.state, 5, WINDOW)
  assert.deepEqual(told(step), ['final 1/0'])
  step = applyFinality(step.state, 7, WINDOW)
  assert.deepEqual(told(step), [])
  step = applyFinality(step.state, 8, WINDOW)
  assert.deepEqual(told(step), ['settled 1/0'])
  assert.deepEqual(told(applyFinality(step.state, 9, WINDOW)), [])
})

test('a finalised height that jumps tells of both rungs in order', () => {
  const { state } = applyScan(createPostings(point(4)), point(90), [postingOf(A, 0, 5)])
  assert.deepEqual(told(applyFinality(state, 80, WINDOW)), ['final 1/0', 'settled 1/0'])
})

test('a fork takes back what was posted after it, newest first, and nothing else', () => {
  const postings = [postingOf(A, 0, 5), postingOf(A, 1, 6), postingOf(B, 0, 6), postingOf(A, 2, 7)]
  const { state } = applyScan(createPostings(point(4)), point(7), postings)
  const step = applyFork(state, point(5))
  assert.deepEqual(told(step), ['reverted 1/2', 'reverted 2/0', 'reverted 1/1'])
  assert.deepEqual(currentRungs(step.state).map(name), ['posted 1/0'])
  assert.deepEqual(step.state.checkpoints.at(-1), point(5))
})

test('a final posting that the L1 takes back is called contradicted, not reverted', () => {
  const { state } = applyScan(createPostings(point(4)), point(7), [postingOf(A, 0, 5), postingOf(A, 1, 7)])
  const final = applyFinality(state, 5, WINDOW).state
  assert.deepEqual(told(applyFork(final, point(4))), ['reverted 1/1', 'contradicted 1/0'])
})

test('no more checkpoints are kept than a fork can need', () => {
  let state = createPostings(point(0))
  for (let number = 1; number <= 3000; number++) state = applyScan(state, point(number), []).state
  assert.equal(state.checkpoints.length, 1024)
  assert.deepEqual(state.checkpoints[0], point(0))
  assert.deepEqual(state.checkpoints.at(-1), point(3000))
  state = applyFinality(state, 2998, WINDOW).state
  assert.deepEqual(state.checkpoints, [point(2998), point(2999), point(3000)])
})

test('whatever happens, what was saved is what is known', async () => {
  const actions = fc.array(
    fc.oneof(
      fc.record({ type: fc.constant('scan' as const), blocks: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ type: fc.constant('fork' as const), depth: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ type: fc.constant('finalize' as const), behind: fc.integer({ min: 0, max: 4 }) }),
      fc.record({ type: fc.constant('backfill' as const) }),
    ),
    { maxLength: 30 },
  )
  await fc.assert(
    fc.asyncProperty(actions, async (script) => {
      const store = new PostingsStore(new MemoryStore(), `0x${'11'.repeat(20)}`)
      const rollups = new Set([A, B])
      let state = createPostings(point(0))
      let index = 0
      const take = async (step: PostingsStep) => {
        state = step.state
        await store.save({ rollups, postings: state }, step.events)
      }
      for (const action of script) {
        const head = state.checkpoints.at(-1)!.number
        if (action.type === 'scan') {
          const to = head + action.blocks
          await take(applyScan(state, point(to), [postingOf(A, index++, to)]))
        } else if (action.type === 'fork') {
          await take(applyFork(state, point(Math.max(0, head - action.depth))))
        } else if (action.type === 'finalize') {
          await take(applyFinality(state, Math.max(0, head - action.behind), WINDOW))
        } else if (head > 0) {
          await take(applyBackfill(state, [postingOf(B, index++, Math.ceil(head / 2))]))
        }
      }
      const saved = await store.load()
      if (script.length > 0 && saved !== null) {
        assert.deepEqual(saved.rollups, rollups)
        assert.deepEqual(saved.postings.checkpoints, state.checkpoints)
        assert.deepEqual(saved.postings.settled, state.settled)
        assert.deepEqual(currentRungs(saved.postings).map(name).sort(), currentRungs(state).map(name).sort())
      }
    }),
    { numRuns: 100 },
  )
})

function point(number: number): L1Point {
  return { number, hash: hashOf(number) }
}

function hashOf(number: number): Hex {
  return `0x${number.toString(16).padStart(64, '0')}`
}

function postingOf(rollup: Posting['rollup'], batchIndex: number, l1Block: number): Posting {
  return {
    rollup,
    batchIndex,
    firstHeight: height(batchIndex + 1),
    lastHeight: height(batchIndex + 1),
    lastDigest: hashOf(1),
    stateRoot: hashOf(2),
    dataHash: hashOf(3),
    l1Block,
    l1BlockHash: hashOf(l1Block),
    l1Transaction: hashOf(4),
  }
}

function told(step: PostingsStep): string[] {
  return step.events.map(name)
}

function name({ type, posting }: SettlementEvent): string {
  return `${type} ${posting.rollup}/${posting.batchIndex}`
}
