import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askForTaskHelp, splitTaskWords, TASK_HELP } from '../../src/cli/task-words.ts'

test("tells what every command knows from the task's own words and options, wherever it stands", () => {
  const words = '--json stake report app --top 3 --name ci --timeout=5 --csv'
  assert.deepEqual(splitTaskWords(words.split(' ')), {
    flags: ['--json', '--name', 'ci', '--timeout=5'],
    words: ['stake', 'report', 'app'],
    rest: ['--top', '3', '--csv'],
    wantsHelp: false,
  })
})

test('leaves alone what comes after two dashes', () => {
  const { flags, rest } = splitTaskWords(['greet', '--', '--json', TASK_HELP])
  assert.deepEqual([flags, rest], [[], ['--', '--json', TASK_HELP]])
})

test("asks for the task's help where a task is named, else for the command's", () => {
  assert.deepEqual(askForTaskHelp(['run', 'wait', '--help']), ['run', 'wait', TASK_HELP])
  assert.deepEqual(askForTaskHelp(['run', '--help']), ['run', '--help'])
  assert.deepEqual(askForTaskHelp(['run', '--json', 'wait', '-h']), ['run', '--json', 'wait', TASK_HELP])
  assert.deepEqual(askForTaskHelp(['trace', '0x', '--help']), ['trace', '0x', '--help'])
  assert.ok(splitTaskWords(['wait', TASK_HELP]).wantsHelp)
})
