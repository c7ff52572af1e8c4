import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Figures, ProcessFigures } from './figures.ts'
import { judgeGrowth } from './growth.ts'

const MIB = 2 ** 20
const HALF_MINUTE = 30_000

/** One process over half an hour, looked at every half minute; `at` counts the looks. */
function figures(of: (at: number) => Partial<ProcessFigures>): Figures[] {
  return Array.from({ length: 60 }, (_, at) => ({
    at: at * HALF_MINUTE,
    processes: new Map([
      ['node', { pid: 1, memoryBytes: 100 * MIB, liveBytes: 30 * MIB, openFiles: 40, ...of(at) }],
    ]),
    disk: new Map([['stores', at * MIB]]),
  }))
}

test('memory that comes and goes is no leak', () => {
  const { leaks, table } = judgeGrowth(
    figures((at) => ({ memoryBytes: (100 + (at % 7) * 20) * MIB })),
    1_000,
  )
  assert.deepEqual(leaks, [])
  assert.match(table, /stores 61866 B/)
  assert.match(table, /too young to be judged: none/)
})

test('growth is told of by what grows: memory, live heap, open files', () => {
  const told = (of: (at: number) => Partial<ProcessFigures>) => judgeGrowth(figures(of), 1).leaks
  assert.deepEqual(
    told((at) => ({ memoryBytes: (100 + 2 * at) * MIB })),
    ['node grows by 240 MiB of memory an hour; 200 are explained'],
  )
  assert.deepEqual(
    told((at) => ({ liveBytes: (30 + at) * MIB })),
    ['node grows by 120 MiB of live heap an hour; 60 are explained'],
  )
  assert.deepEqual(
    told((at) => ({ openFiles: 40 + at })),
    ['node grows by 120 open files an hour; 60 are explained'],
  )
})

test('a process that is not Node has no live heap, and is judged by the rest', () => {
  const { leaks, table } = judgeGrowth(
    figures((at) => ({ liveBytes: null, openFiles: 40 + at })),
    1,
  )
  assert.equal(leaks.length, 1)
  assert.equal(table.match(/^ {2}node/gm)!.length, 2)
})

test('the first minutes of a life are not judged, and neither is a short life', () => {
  const warm = judgeGrowth(
    figures((at) => ({ memoryBytes: Math.min(at, 8) * 100 * MIB })),
    1,
  )
  assert.deepEqual(warm.leaks, [])
  const reborn = judgeGrowth(
    figures((at) => ({ pid: at < 30 ? 1 : 2, memoryBytes: at * 10 * MIB })),
    1,
  )
  assert.deepEqual(reborn.leaks, [])
  assert.match(reborn.table, /too young to be judged: node/)
})
