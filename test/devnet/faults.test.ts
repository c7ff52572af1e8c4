/** What orders mean, before anything is carried out. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Fault } from '../../src/config/fault.ts'
import { describeFault } from '../../src/devnet/faults/describe-fault.ts'
import { FaultBook, type LastingFault } from '../../src/devnet/faults/fault-book.ts'
import { FAULT_INVALID, readFault } from '../../src/devnet/faults/faults.ts'
import { faultsOfNode } from '../../src/devnet/faults/faults-of-node.ts'
import type { Hex } from '../../src/primitives/bytes.ts'
import { NO_FAULTS, type NodeFaults } from '../../src/primitives/node-faults.ts'

const keyOf = (index: number): Hex => `0x0${index}`
const PEERS = [0, 1, 2, 3].map((index) => ({ process: `validator-${index}`, networkKey: keyOf(index) }))
const ROLLUPS = new Map([
  ['app', 1],
  ['game', 2],
])

function bookOf(...faults: readonly LastingFault[]): FaultBook {
  const book = new FaultBook()
  for (const [i, fault] of faults.entries()) book.add(fault, i)
  return book
}

function faultsOf(index: number, ...faults: readonly LastingFault[]): NodeFaults {
  return faultsOfNode(bookOf(...faults).active, `validator-${index}`, PEERS, ROLLUPS)
}

/** Whom nothing of what this validator sends reaches. */
function cutFrom(index: number, ...faults: readonly LastingFault[]): number[] {
  const lost = faultsOf(index, ...faults).links.filter(({ lossPercent }) => lossPercent === 100)
  return lost.map(({ peer }) => PEERS.findIndex(({ networkKey }) => networkKey === peer))
}

const validators = (...indices: readonly number[]) => indices.map((index) => `validator-${index}`)

describe('what a validator suffers', () => {
  test('is nothing without faults, or with those of others', () => {
    assert.deepEqual(faultsOf(0), NO_FAULTS)
    assert.deepEqual(faultsOf(0, { kind: 'slow-disk', processes: validators(1), ms: 5 }), NO_FAULTS)
    assert.deepEqual(faultsOf(0, { kind: 'delay', processes: validators(1), ms: 5 }), NO_FAULTS)
  })

  test('is what is wrong with the ways to its peers, the latest word on each', () => {
    const { links } = faultsOf(
      0,
      { kind: 'delay', processes: validators(0, 1), ms: 200, jitterMs: 50 },
      { kind: 'delay', processes: validators(0), to: validators(2), ms: 10 },
      { kind: 'drop', processes: validators(0), to: validators(2, 3), percent: 30 },
    )
    assert.deepEqual(links, [
      { peer: keyOf(1), delayMs: 200, jitterMs: 50, lossPercent: 0 },
      { peer: keyOf(2), delayMs: 10, jitterMs: 0, lossPercent: 30 },
      { peer: keyOf(3), delayMs: 200, jitterMs: 50, lossPercent: 30 },
    ])
  })

  test('of a partition: nobody in another group hears it; those in no group do', () => {
    const halves: LastingFault = { kind: 'partition', groups: [validators(0), validators(1, 2)] }
    assert.deepEqual(cutFrom(0, halves), [1, 2])
    assert.deepEqual(cutFrom(1, halves), [0])
    assert.deepEqual(cutFrom(3, halves), [])
    const oneWay = { ...halves, oneWay: true } as const
    assert.deepEqual(cutFrom(0, oneWay), [1, 2])
    assert.deepEqual(cutFrom(1, oneWay), [])
  })

  test('of a partition with one group: it is cut off from all others', () => {
    const alone: LastingFault = { kind: 'partition', groups: [validators(2)] }
    assert.deepEqual(
      [0, 1, 2, 3].map((index) => cutFrom(index, alone)),
      [[2], [2], [0, 1, 3], [2]],
    )
    const mute = { ...alone, oneWay: true } as const
    assert.deepEqual(
      [0, 2].map((index) => cutFrom(index, mute)),
      [[], [0, 1, 3]],
    )
  })

  test('and does: on every chain, or those that are named', () => {
    const processes = validators(1)
    const everywhere = faultsOf(
      1,
      { kind: 'equivocate', processes },
      { kind: 'withhold', processes, from: 'all' },
    )
    assert.deepEqual([everywhere.equivocates, everywhere.withholdsFromAll], ['all', 'all'])
    assert.deepEqual(everywhere.withholdsFromMost, [])
    const some = faultsOf(
      1,
      { kind: 'equivocate', processes, rollups: ['game'], beacon: true },
      { kind: 'withhold', processes, rollups: ['app', 'gone'] },
    )
    assert.deepEqual([some.equivocates, some.withholdsFromMost], [[0, 2], [1]])
  })
})

describe('the faults that are on', () => {
  const described = (book: FaultBook) => book.active.map(describeFault)

  test('what is said anew stands in for what was said, as far as it was about the same', () => {
    const book = bookOf(
      { kind: 'slow-disk', processes: validators(0, 1), ms: 5 },
      { kind: 'delay', processes: validators(0), to: validators(1), ms: 5 },
      { kind: 'delay', processes: validators(0), to: validators(2), ms: 6 },
      { kind: 'partition', groups: [validators(0), validators(1)] },
      { kind: 'partition', groups: [validators(2)] },
    )
    book.add({ kind: 'slow-disk', processes: validators(1), ms: 50 }, 9)
    book.add({ kind: 'delay', processes: validators(0), to: validators(2), ms: 60 }, 9)
    book.add({ kind: 'partition', groups: [validators(2)], oneWay: true }, 9)
    assert.deepEqual(described(book), [
      'disk of validator-0 slower by 5 ms',
      'delay of 5 ms from validator-0 to validator-1',
      'partition validator-0 | validator-1',
      'disk of validator-1 slower by 50 ms',
      'delay of 60 ms from validator-0 to validator-2',
      'partition validator-2 -> all others',
    ])
    book.add({ kind: 'delay', processes: validators(0), ms: 7 }, 9)
    assert.equal(described(book).filter((line) => line.startsWith('delay')).length, 1)
  })

  test('those of some processes end, and the rest stays', () => {
    const book = bookOf(
      { kind: 'pause', processes: validators(0, 1) },
      { kind: 'partition', groups: [validators(0), validators(1, 2)] },
      { kind: 'partition', groups: [validators(0, 1), validators(2)] },
      { kind: 'partition', groups: [validators(0)] },
      { kind: 'drop', processes: validators(0), percent: 5 },
    )
    book.end(validators(0))
    assert.deepEqual(described(book), ['pause validator-1', 'partition validator-1 | validator-2'])
    book.end(validators(1), ['kill'])
    assert.equal(book.active.length, 2)
    book.endAll()
    assert.deepEqual(book.active, [])
  })
})

test('an order that is no order is refused with what is wrong', () => {
  for (const [value, reason] of [
    [{ kind: 'explode' }, /kind/],
    [{ kind: 'kill' }, /processes/],
    [{ kind: 'kill', processes: [] }, /name a process/],
    [{ kind: 'delay', processes: ['validator-0'], ms: 0 }, /ms/],
    [{ kind: 'drop', processes: ['validator-0'], percent: 200 }, /percent/],
    [{ kind: 'partition', groups: [['a'], ['b', 'a']] }, /one group only/],
    [{ kind: 'heal', hard: true }, /hard/],
  ] as const) {
    assert.throws(
      () => readFault(value),
      ({ code, message }: { code: string; message: string }) =>
        code === FAULT_INVALID.code && reason.test(message),
    )
  }
})

test('each order has its words', () => {
  const processes = validators(1)
  const faults: readonly (readonly [Fault, string])[] = [
    [{ kind: 'kill', processes: validators(1, 2) }, 'kill validator-1, validator-2'],
    [{ kind: 'delay', processes, ms: 9, jitterMs: 2 }, 'delay of 9 ms ± 2 from validator-1 to all others'],
    [
      { kind: 'drop', processes, percent: 3, to: ['validator-2'] },
      'drop of 3 % from validator-1 to validator-2',
    ],
    [{ kind: 'equivocate', processes }, 'equivocation by validator-1 on every chain'],
    [
      { kind: 'withhold', processes, beacon: true, rollups: ['app'] },
      'proposals of validator-1 withheld from most on the Beacon Layer, app',
    ],
    [{ kind: 'heal' }, 'heal'],
    [{ kind: 'heal', processes }, 'heal validator-1'],
  ]
  for (const [fault, words] of faults) assert.equal(describeFault(fault), words)
})
