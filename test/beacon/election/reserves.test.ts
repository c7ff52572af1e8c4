import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { drawnOrder, fillVacancies, hasVacancy, type Places } from '../../../src/beacon/election/reserves.ts'

const DRAWN: Places = { seats: [4, 7, 1, 9, 2], standby: [5, 3, 8], replaced: [] }
const expelled =
  (...validators: number[]) =>
  (validator: number) =>
    validators.includes(validator)

test('the first reserve takes the seat of an expelled member', () => {
  const places = fillVacancies(DRAWN, expelled(1))
  assert.deepEqual(places, {
    seats: [4, 7, 5, 9, 2],
    standby: [3, 8],
    replaced: [{ seat: 2, validator: 1 }],
  })
})

test('a reserve that was expelled itself gets no vote', () => {
  assert.deepEqual(fillVacancies(DRAWN, expelled(7, 5)).seats, [4, 3, 1, 9, 2])
  const later = fillVacancies(fillVacancies(DRAWN, expelled(7)), expelled(7, 5))
  assert.deepEqual(later, fillVacancies(DRAWN, expelled(7, 5)))
})

test('without a reserve that may serve the seat stays as it is', () => {
  const isExpelled = expelled(9, 5, 3, 8)
  assert.equal(hasVacancy(DRAWN, isExpelled), false)
  assert.deepEqual(fillVacancies(DRAWN, isExpelled), DRAWN)
  assert.equal(hasVacancy({ ...DRAWN, standby: [] }, expelled(9)), false)
})

test('whoever is expelled, and in whichever order, the order of the draw can be told', () => {
  const order = [...DRAWN.seats, ...DRAWN.standby]
  fc.assert(
    fc.property(fc.shuffledSubarray(order), (offenders) => {
      let places = DRAWN
      for (const [index] of offenders.entries()) {
        const isExpelled = expelled(...offenders.slice(0, index + 1))
        places = fillVacancies(places, isExpelled)
        assert.equal(hasVacancy(places, isExpelled), false)
        assert.deepEqual(drawnOrder(places), order)
        assert.equal(
          new Set([...places.seats, ...places.standby]).size,
          order.length - places.replaced.length,
        )
      }
    }),
  )
})
