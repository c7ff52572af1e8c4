import assert from 'node:assert/strict'
import { test } from 'node:test'
import { captureLaw, inclusionLaw } from '../../../src/cli/election/law.ts'
import { exactSetLaw } from '../../beacon/election/statistics.ts'

const CASES = [
  { weights: [1, 2, 3, 4, 5, 6, 7], seats: 5 },
  { weights: [100, 50, 20, 10, 5, 5, 5, 5], seats: 5 },
  { weights: [1, 1, 1, 1, 1, 1], seats: 5 },
  { weights: [1000, 1, 1, 1], seats: 2 },
  { weights: [3, 0, 4, 5], seats: 1 },
]

function enumerated(weights: readonly number[], seats: number): number[] {
  const law = weights.map(() => 0)
  for (const [set, probability] of exactSetLaw(weights, seats)) {
    for (const index of set.split(',')) law[Number(index)]! += probability
  }
  return law
}

function close(actual: number, expected: number, what: string): void {
  assert.ok(Math.abs(actual - expected) < 1e-9, `${what}: ${actual} and ${expected}`)
}

for (const { weights, seats } of CASES) {
  test(`the law of ${seats} of ${weights.join(', ')} is as enumerated over all orders`, () => {
    const expected = enumerated(weights, seats)
    for (const [index, probability] of inclusionLaw(weights, seats).entries()) {
      close(probability, expected[index]!, `index ${index}`)
    }
  })
}

test('all seats of a large network are somebody’s', () => {
  const weights = Array.from({ length: 1_000 }, (_, i) => 1 / (i + 1))
  for (const seats of [5, 17]) {
    close(
      inclusionLaw(weights, seats).reduce((sum, one) => sum + one, 0),
      seats,
      `${seats} seats`,
    )
  }
})

test('an adversary captures seats as often as enumerated over all orders', () => {
  const honest = [4, 3, 2, 1, 1]
  // Three validators with a fifth of the whole.
  const adversary = { share: 0.2, validators: 3 }
  const weights = [...honest.map((weight) => (weight / 11) * 0.8), ...Array(3).fill(0.2 / 3)]
  for (const captured of [1, 2, 3]) {
    let expected = 0
    for (const [set, probability] of exactSetLaw(weights, 4)) {
      if (set.split(',').filter((index) => Number(index) >= honest.length).length >= captured)
        expected += probability
    }
    close(captureLaw(honest, adversary, 4, captured), expected, `${captured} seats`)
  }
})

test('among very many small validators seats are as if drawn one by one', () => {
  const honest = Array(2_000).fill(1)
  const adversary = { share: 0.2, validators: Number.POSITIVE_INFINITY }
  // Of five seats at least three: 10 a^3 b^2 + 5 a^4 b + a^5.
  const [a, b] = [0.2, 0.8]
  const independent = 10 * a ** 3 * b ** 2 + 5 * a ** 4 * b + a ** 5
  assert.ok(Math.abs(captureLaw(honest, adversary, 5, 3) - independent) < 2e-3)
})
