/** The first-party plugins as users get them: packed, and installed together beside the packed beaconlayer in an empty folder. */

import assert from 'node:assert/strict'
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { CHECKOUT, type Project, Workshop } from './workshop.ts'

const PLUGINS = ['gas-report', 'otel', 'prometheus'] as const
/** What users need, and nothing of how it is made. */
const SHIPPED = /^(dist\/.*\.(js|d\.ts)|dashboards\/.*\.json|README\.md|LICENSE|package\.json)$/

const CONFIG = `
import gasReport from '@beaconlayer/gas-report'
import otel from '@beaconlayer/otel'
import prometheus from '@beaconlayer/prometheus'
import { defineConfig } from 'beaconlayer'

export default defineConfig({
  devnets: { default: { validators: 5, rollups: [{ name: 'app', sequencers: 5 }] } },
  plugins: [gasReport, otel, prometheus],
  gasReport: { atEnd: true },
  otel: { live: false },
  prometheus: { port: 0 },
})
`

/** Types of the sections come with the plugins, so no compiler option is needed for them. */
const TSCONFIG = {
  compilerOptions: {
    target: 'es2024',
    module: 'nodenext',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  },
  include: ['beacon.config.ts'],
}

let workshop: Workshop
let project: Project
let files: Map<string, readonly string[]>

before(async () => {
  workshop = await Workshop.open()
  files = await workshop.packPlugins(PLUGINS)
  project = await workshop.makeWithPacked('with-plugins', {
    'beacon.config.ts': CONFIG,
    'tsconfig.json': JSON.stringify(TSCONFIG),
  })
})

after(() => workshop?.close())

for (const plugin of PLUGINS) {
  test(`'${plugin}' ships what is built and how to use it, and nothing else`, () => {
    const names = files.get(plugin)!
    assert.deepEqual(
      names.filter((name) => !SHIPPED.test(name)),
      [],
    )
    for (const needed of ['dist/index.js', 'dist/index.d.ts', 'README.md']) assert.ok(names.includes(needed))
    assert.ok(lstatSync(join(project.folder, 'node_modules/@beaconlayer', plugin)).isDirectory())
  })
}

test('`beacon plugins` lists all three', async () => {
  const { result } = JSON.parse(await project.run('npx', 'beacon', 'plugins', '--json'))
  const ids = result.plugins.map(({ id }: { id: string }) => id)
  assert.deepEqual(
    ids,
    PLUGINS.map((plugin) => `@beaconlayer/${plugin}`),
  )
})

test('their sections are typed in the configuration', async () => {
  const tsc = join(CHECKOUT, 'node_modules/.bin/tsc')
  assert.equal(await project.run(tsc, '--project', '.'), '')
})

test('a task of one runs on a network that all of them hear of', async () => {
  const task = ['npx', 'beacon', 'run', 'gas', 'report', '--json']
  const { result } = JSON.parse(await project.run('npx', 'beacon', 'exec', '--', ...task))
  assert.deepEqual(
    result.rollups.map(({ rollup }: { rollup: string }) => rollup),
    ['app'],
  )
})
