import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runScript } from '../../src/cli/repl.ts'

test('a script has the values at hand and awaits at its top level', async () => {
  let asked = 0
  const values = {
    answer: async () => 42,
    get asked() {
      return ++asked
    },
  }
  assert.equal(await runScript(values, 'await answer()\n'), 42)
  assert.equal(await runScript(values, '{ a: [asked, asked] }.a.join();'), '1,2')
})

test('a script of several statements is run as a whole and has no value', async () => {
  const seen: unknown[] = []
  const script = `const list = [1, 2]
    .map((one) => one * 2) // over lines
  for (const one of list) note(await one)
  ;(() => note('end'))()`
  assert.equal(await runScript({ note: (value: unknown) => seen.push(value) }, script), undefined)
  assert.deepEqual(seen, [2, 4, 'end'])
  assert.equal(await runScript({}, ''), undefined)
})

test('a script can import', async () => {
  assert.equal(await runScript({}, `(await import('node:path')).basename('a/b')`), 'b')
})

test('what a script throws names its line', async () => {
  await assert.rejects(runScript({}, 'let x\nthrow new Error("oops")'), (error: Error) => {
    assert.match(error.stack!, /\bscript:2:7/)
    return error.message === 'oops'
  })
  await assert.rejects(runScript({}, 'const x = {'), SyntaxError)
  await assert.rejects(runScript({}, 'unknown + 1'), ReferenceError)
})
