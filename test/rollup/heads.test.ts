import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Climb, Heads } from '../../src/rollup/heads.ts'

function record(heads: Heads): Climb[] {
  const climbs: Climb[] = []
  heads.onClimb((climb) => climbs.push(climb))
  return climbs
}

describe('the heads of the ladder', () => {
  test('move forward only', () => {
    const heads = new Heads()
    const climbs = record(heads)
    heads.climb('soft', 5, 100)
    heads.climb('soft', 4, 101)
    heads.climb('soft', 5, 102)
    assert.equal(heads.height('soft'), 5)
    assert.deepEqual(climbs, [{ rung: 'soft', from: -1, to: 5, at: 100 }])
    assert.equal(heads.times(5).soft, 100)
  })

  test('keep a fact that comes early until the rungs below are reached', () => {
    const heads = new Heads()
    heads.climb('soft', 9, 1)
    heads.climb('posted', 6, 2)
    assert.equal(heads.height('posted'), -1)
    assert.equal(heads.rungOf(6), 'soft')
    heads.climb('beacon', 4, 3)
    assert.equal(heads.height('posted'), 4)
    assert.equal(heads.rungOf(4), 'posted')
    assert.equal(heads.rungOf(5), 'soft')
    heads.climb('beacon', 8, 4)
    assert.equal(heads.height('posted'), 6)
    assert.equal(heads.rungOf(7), 'beacon')
    assert.deepEqual(heads.times(6), { proposed: 1, notarized: 1, soft: 1, beacon: 4, posted: 4 })
  })

  test('know of all rungs below `soft` of a block by then at the latest', () => {
    const heads = new Heads()
    heads.note('proposed', 3, 1)
    heads.climb('soft', 3, 4)
    heads.note('notarized', 3, 5)
    assert.deepEqual(heads.times(3), { proposed: 1, notarized: 4, soft: 4 })
  })

  test('fall from posted to beacon when the L1 reorganises, and never lower than final', () => {
    const heads = new Heads({ soft: 10, beacon: 10, posted: 8, final: 3 })
    const climbs = record(heads)
    heads.reorganize(5, 7)
    assert.equal(heads.rungOf(8), 'beacon')
    assert.equal(heads.rungOf(5), 'posted')
    assert.equal(heads.rungOf(3), 'final')
    heads.reorganize(1, 8)
    assert.equal(heads.height('posted'), 3)
    assert.equal(heads.height('final'), 3)
    assert.deepEqual(
      climbs.map(({ from, to }) => [from, to]),
      [
        [8, 5],
        [5, 3],
      ],
    )
    heads.climb('posted', 8, 9)
    assert.equal(heads.rungOf(8), 'posted')
  })

  test('know no rung of a block that is not soft yet, but when it was proposed', () => {
    const heads = new Heads({ soft: 2 })
    heads.note('proposed', 3, 50)
    heads.note('proposed', 3, 60)
    assert.equal(heads.rungOf(3), null)
    assert.deepEqual(heads.times(3), { proposed: 50 })
  })
})
