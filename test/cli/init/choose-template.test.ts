import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { chooseTemplate, NO_TEMPLATE_CHOSEN } from '../../../src/cli/init/choose-template.ts'

function ask(...lines: string[]) {
  const [input, output] = [new PassThrough(), new PassThrough()]
  const chosen = chooseTemplate({ input, output })
  for (const line of lines) input.write(`${line}\n`)
  return { chosen, input, output }
}

const ANSWERS: [string, string][] = [
  ['', 'contracts'],
  ['2', 'rollup'],
  ['plugin', 'plugin'],
  [' Rollup ', 'rollup'],
]

for (const [answer, template] of ANSWERS) {
  test(`the answer '${answer}' chooses '${template}'`, async () => {
    const { chosen, output } = ask(answer)
    assert.equal(await chosen, template)
    assert.match(String(output.read()), /1 {2}contracts {2}/)
  })
}

test('asks again when it did not understand', async () => {
  const { chosen, input, output } = ask('4')
  const asked = /Which template\?(.*\n?)*Which template\?/
  let text = ''
  for await (const chunk of output) {
    text += chunk
    if (asked.test(text)) break
  }
  input.write('3\n')
  assert.equal(await chosen, 'plugin')
})

test('the end of input is no answer', async () => {
  const { chosen, input } = ask()
  input.end()
  await assert.rejects(chosen, { code: NO_TEMPLATE_CHOSEN.code })
})
