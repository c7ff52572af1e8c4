/** Every template as a new user meets it: made by the packed command line in an empty folder, installed, tested, compiled. */

import assert from 'node:assert/strict'
import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { CHECKOUT, type Project, Workshop } from './workshop.ts'

/** As users have it installed somewhere. */
const FORGE = join(CHECKOUT, 'node_modules/.bin/forge')
/** Of node:test, when stdout is no terminal. */
const ALL_PASSED = /^ℹ pass [1-9]\d*\n(.*\n)*ℹ fail 0$/m

let workshop: Workshop
let projects: Record<'contracts' | 'rollup' | 'plugin', Project>

before(async () => {
  workshop = await Workshop.open()
  const [contracts, rollup, plugin] = await Promise.all([
    workshop.make('contracts', 'my-app'),
    workshop.make('rollup', 'my-rollup'),
    workshop.make('plugin', 'my-plugin'),
  ])
  projects = { contracts, rollup, plugin }
})

after(() => workshop?.close())

for (const template of ['contracts', 'rollup', 'plugin'] as const) {
  test(`'${template}' passes its own tests`, async () => {
    assert.match(await projects[template].run('npm', 'test'), ALL_PASSED)
  })

  test(`'${template}' compiles`, async () => {
    assert.equal(await projects[template].run('npx', 'tsc', '--noEmit'), '')
  })

  test(`'${template}' holds what was packed, and no way back into the checkout`, () => {
    const { folder } = projects[template]
    assert.ok(lstatSync(join(folder, 'node_modules/beaconlayer')).isDirectory())
    const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'))
    assert.match(packages['node_modules/beaconlayer'].resolved, /^file:\.\.\/beaconlayer-.*\.tgz$/)
    assert.match(readFileSync(join(folder, '.gitignore'), 'utf8'), /^node_modules\/$/m)
  })
}

test("the plugin's package works and is typed where it is used", async () => {
  const { run } = projects.plugin
  await run('npm', 'run', 'build')
  const script = "import lag from 'my-plugin'; console.log(lag.id, Object.keys(lag.commands).join())"
  assert.equal(await run('node', '--input-type=module', '--eval', script), 'my-plugin lag show')
  const packed = JSON.parse(await run('npm', 'pack', '--json', '--dry-run', '--ignore-scripts'))
  const names = packed[0].files.map(({ path }: { path: string }) => path)
  assert.ok(names.includes('dist/index.d.ts'))
  assert.ok(!names.some((name: string) => /^(src|test)\//.test(name)))
})

test('Foundry compiles and tests the contract with the compiler of the project', async () => {
  const output = await projects.contracts.run(FORGE, 'test', '--offline')
  assert.match(output, /3 tests passed, 0 failed/)
})
