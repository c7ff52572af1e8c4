import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { concentrationOf } from '../../../src/cli/election/concentration.ts'
import { readStakeFile } from '../../../src/cli/election/stake-file.ts'
import { type StudyOptions, studyElections } from '../../../src/cli/election/study.ts'
import { studyPage } from '../../../src/cli/election/study-page.ts'

const OPTIONS: StudyOptions = { sequencers: 5, draws: 2_000, seed: 'test', minStake: 0n, adversaries: [0.2] }
const REAL_STAKES = fileURLToPath(
  new URL('../../vectors/stake/solana-mainnet-epoch780.json', import.meta.url),
)
const folder = mkdtempSync(join(tmpdir(), 'beacon-stakes-'))
after(() => rmSync(folder, { recursive: true }))

function stakesOf(content: string): string[] {
  const path = join(folder, 'stakes')
  writeFileSync(path, content)
  return readStakeFile(path).map(({ stake }) => String(stake))
}

describe('a stake file', () => {
  test('is a number per line, with or without a heading and further columns', () => {
    assert.deepEqual(stakesOf('1\n2\n\n3\n'), ['1', '2', '3'])
    assert.deepEqual(stakesOf('stake,name\n10,a\n20,b'), ['10', '20'])
  })

  test('is JSON: amounts, or validators with more about them', () => {
    assert.deepEqual(stakesOf('[1,"2"]'), ['1', '2'])
    const path = join(folder, 'full.json')
    writeFileSync(path, '{"validators":[{"stake":"7","asn":5,"dc":"5-DE-Berlin","lat":"1"},{"stake":1}]}')
    assert.deepEqual(readStakeFile(path), [
      { stake: 7n, hosting: 'AS5', country: 'DE' },
      { stake: 1n, hosting: null, country: null },
    ])
  })

  test('that says nothing, or nonsense, is refused', () => {
    for (const content of ['', '0\n0', '1\nmuch', '[-1]', '[1.5]', '{"validators":[{}]}', '[']) {
      assert.throws(() => stakesOf(content), { code: 'C320' }, content)
    }
    assert.throws(() => readStakeFile(join(folder, 'nothing')), { code: 'C320' })
  })
})

test('concentration is told by the fewest who can halt and decide, and by how unequal shares are', () => {
  const equal = concentrationOf([1, 1, 1, 1, 1, 1])
  assert.deepEqual([equal.nakamotoThird, equal.nakamotoTwoThirds], [3, 5])
  assert.ok(Math.abs(equal.gini) < 1e-12)
  assert.ok(Math.abs(equal.herfindahl - 1 / 6) < 1e-12)
  const one = concentrationOf([1_000_000, 1, 1, 1])
  assert.equal(one.nakamotoTwoThirds, 1)
  assert.ok(one.gini > 0.74)
})

test('draws follow the law, and the same seed gives the same ones', () => {
  const stakers = [100n, 50n, 20n, 10n, 5n, 5n, 5n, 5n].map((stake) => ({
    stake,
    hosting: null,
    country: null,
  }))
  const study = studyElections(stakers, OPTIONS)
  assert.ok(study.worst !== null && study.worst.p > 1e-6)
  assert.ok(Math.abs(study.lawTotal - 5) < 1e-8)
  assert.equal(study.validators[0]!.weight, study.validators[1]!.weight, 'both are capped')
  const again = studyElections(stakers, OPTIONS)
  assert.deepEqual(again.validators, study.validators)
  assert.deepEqual(study.countries, [])
  assert.throws(() => studyElections(stakers, { ...OPTIONS, minStake: 6n }), { code: 'C321' })
})

test('the stakes of a real network are studied, and the page of it stands alone', () => {
  const study = studyElections(readStakeFile(REAL_STAKES), { ...OPTIONS, draws: 500 })
  assert.equal(study.validators.length, 1292)
  assert.deepEqual([study.concentration.stake.nakamotoThird, study.countries[0]!.name], [20, 'DE'])
  const seats = study.countries.reduce((sum, country) => sum + country.seats, 0)
  assert.ok(Math.abs(seats - 5) < 1e-6)
  const page = studyPage(study, 'a <network>')
  assert.ok(page.includes('a &lt;network&gt;') && !page.includes('a <network>'))
  assert.ok(!/https?:|src=|href=|NaN|Infinity|undefined/.test(page))
})
