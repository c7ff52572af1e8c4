import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type CompletedCommand, fishCompletion } from '../../src/cli/fish-completion.ts'

const COMMANDS: readonly CompletedCommand[] = [
  {
    words: 'devnet up',
    summary: "Start a network; it's yours.",
    flags: [
      { name: 'preset', type: 'option', options: ['fast', 'realistic'], summary: 'times' },
      { name: 'seed', char: 's', type: 'option' },
      { name: 'fresh', type: 'boolean', summary: 'anew' },
      { name: 'secret', type: 'boolean', hidden: true },
    ],
    hasArguments: false,
  },
  { words: 'devnet save', summary: 'Save it.', flags: [], hasArguments: true },
  { words: 'doctor', summary: 'Look.', flags: [], hasArguments: false },
]
const SCRIPT = fishCompletion(COMMANDS, [{ words: 'devnet', description: 'networks' }])

test('every command, topic and flag is in the script, once, and what is hidden is not', () => {
  const lines = SCRIPT.split('\n')
  const has = (line: string) => assert.equal(lines.filter((one) => one === line).length, 1, line)
  has("complete -c beacon -n '__beacon_at' -a 'devnet' -d 'networks'")
  has("complete -c beacon -n '__beacon_at' -a 'doctor' -d 'Look.'")
  has("complete -c beacon -n '__beacon_at devnet' -a 'up' -d 'Start a network; it\\'s yours.'")
  has("complete -c beacon -n '__beacon_in devnet up' -l preset -x -a 'fast realistic' -d 'times'")
  has("complete -c beacon -n '__beacon_in devnet up' -s s -l seed -r")
  has("complete -c beacon -n '__beacon_in devnet up' -l fresh -d 'anew'")
  has("complete -c beacon -n '__beacon_in devnet save' -F")
  assert.doesNotMatch(SCRIPT, /secret/)
})

const isInstalled = spawnSync('fish', ['--version']).status === 0

test('fish completes words, flags and their values by it', {
  skip: isInstalled ? false : 'fish is not installed',
}, (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'beacon-fish-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'beacon.fish')
  writeFileSync(file, SCRIPT)
  const completed = (line: string) => {
    const asked = spawnSync(
      'fish',
      ['--no-config', '-c', `source ${file}; complete -C ${JSON.stringify(line)}`],
      { encoding: 'utf8' },
    )
    return asked.stdout
      .split('\n')
      .filter((found) => found !== '')
      .map((found) => found.split('\t')[0])
  }
  assert.deepEqual(completed('beacon d'), ['devnet', 'doctor'])
  assert.deepEqual(completed('beacon devnet '), ['save', 'up'])
  assert.deepEqual(completed('beacon devnet up --pre'), ['--preset'])
  assert.deepEqual(completed('beacon devnet up --preset r'), ['realistic'])
  assert.deepEqual(completed('beacon devnet up --fresh --s'), ['--seed'])
  assert.deepEqual(completed('beacon doctor --pre'), [])
})
