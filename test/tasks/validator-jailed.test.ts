import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ListedValidator } from '../../src/cli/list-validators.ts'
import { absentOf, jailedOf } from '../../src/tasks/validator-jailed.ts'

const listed = (index: number, fields: Partial<ListedValidator> = {}) =>
  ({ index, status: 'active', presence: null, ...fields }) as ListedValidator
const present = (attended: number, missedInARow: number) => ({ counted: 100, attended, missedInARow })

test('tells who is jailed, since when, and from which epoch on it may come back', () => {
  const validators = [
    listed(0),
    listed(1, { status: 'jailed', jailedIn: 5, jailedUntil: 13 }),
    // It came back.
    listed(2, { jailedIn: 3, jailedUntil: null }),
    // Of somebody expelled that doesn't matter any more.
    listed(3, { status: 'tombstoned', jailedIn: 4, jailedUntil: 12 }),
  ]
  assert.deepEqual(jailedOf(validators), [{ validator: 1, since: 5, until: 13 }])
})

test('whoever misses a few blocks now and then is not absent', () => {
  const validators = [
    listed(0, { presence: present(100, 0) }),
    listed(1, { presence: present(60, 4) }),
    listed(2, { presence: present(90, 5) }),
    listed(3),
    // Frozen sets have it on for some epochs.
    listed(4, { status: 'jailed', presence: present(10, 90) }),
  ]
  assert.deepEqual(absentOf(validators), [{ validator: 2, counted: 100, attended: 90, missedInARow: 5 }])
})
