import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeTask } from '../../src/cli/describe-task.ts'
import { task } from '../../src/plugin/task.ts'
import { TaskRegistry } from '../../src/plugin/task-registry.ts'

test('the help of a task tells defaults as people type them', () => {
  const fund = task('fund', 'Funds somebody')
    .addPositionalArgument({ name: 'who', default: 'ann', description: 'whom' })
    .addOption({ name: 'amount', type: 'tokens', default: 5n * 10n ** 17n, description: 'how much' })
    .addOption({ name: 'minStake', type: 'tokens', default: 32_000n * 10n ** 18n, description: 'at least' })
    .addOption({ name: 'draws', type: 'int', default: 2_000, description: 'how often' })
    .setInlineAction(() => {})
  const registered = new TaskRegistry([{ plugin: 'test', tasks: [fund] }]).get(['fund'])
  const help = describeTask(registered).join('\n')
  assert.match(help, /\[WHO\] +whom \[default: ann\]/)
  assert.match(help, /--amount=TOKENS +how much \[default: 0\.5\]/)
  assert.match(help, /--min-stake=TOKENS +at least \[default: 32000\]/)
  assert.match(help, /--draws=INT +how often \[default: 2000\]/)
})
