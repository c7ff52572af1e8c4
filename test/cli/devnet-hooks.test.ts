import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tellStopping } from '../../src/cli/devnet-hooks.ts'
import { devnetFolder } from '../../src/devnet/folder.ts'
import type { DevnetHooks } from '../../src/plugin/hook-types.ts'
import { loadProject } from '../../src/project.ts'

const folder = devnetFolder('/networks', 'ci')

/** Of a plugin with this handler; and the warnings that stopping gave. */
async function stop(stopping: DevnetHooks['stopping'], deadlineMs?: number): Promise<string[]> {
  const hooks = { devnet: async () => ({ default: () => ({ stopping }) }) }
  const project = await loadProject({ config: { plugins: [{ id: 'p', apiVersion: 1, hooks }] } })
  const warnings: string[] = []
  await tellStopping(project, folder, (line) => warnings.push(line), deadlineMs)
  return warnings
}

test('plugins are told which network stops, and waited for', async () => {
  const told: unknown[] = []
  const warnings = await stop(async (event) => {
    await Promise.resolve()
    told.push(event)
  })
  assert.deepEqual([told, warnings], [[{ name: 'ci', dir: '/networks/ci' }], []])
})

test('a plugin that throws is a warning', async () => {
  const warnings = await stop(() => {
    throw new Error('odd')
  })
  assert.match(warnings.join(), /'p'.*devnet\.stopping: odd/)
})

test('a plugin that does not end keeps no network from stopping', async () => {
  assert.match((await stop(() => new Promise(() => {}), 20)).join(), /not ended after 20 ms/)
})
