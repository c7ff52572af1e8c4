import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { applyEdits } from './apply.ts'
import { MUTANTS } from './mutants.ts'

const ROOT = join(import.meta.dirname, '../..')
const readSource = (file: string) => readFileSync(join(ROOT, file), 'utf8')

describe('the list of mutants', () => {
  for (const mutant of MUTANTS) {
    test(`${mutant.name} is found once where it is to be made, and leaves a program`, () => {
      for (const [file, text] of applyEdits(mutant, readSource)) {
        assert.notEqual(text, readSource(file))
        assert.doesNotThrow(() => stripTypeScriptTypes(text), file)
      }
    })
  }

  test('names each once', () => {
    const names = MUTANTS.map(({ name }) => name)
    assert.deepEqual(names, [...new Set(names)])
  })

  test('names tests that there are', () => {
    for (const { caughtBy } of MUTANTS)
      if (caughtBy.kind === 'test') assert.ok(existsSync(join(ROOT, caughtBy.file)), caughtBy.file)
  })
})

test('a text that is there twice, or not at all, is refused', () => {
  const edit = { file: 'a.ts', find: 'x', replace: 'y' }
  const mutant = { name: 'a', breaks: '', edits: [edit], caughtBy: MUTANTS[0]!.caughtBy }
  for (const text of ['', 'x x']) assert.throws(() => applyEdits(mutant, () => text), /mutant a: [02] places/)
})
