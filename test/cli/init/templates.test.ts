import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { TEMPLATE_NAMES, templateFolder } from '../../../src/cli/init/templates.ts'

const CHECKOUT = join(import.meta.dirname, '../../..')
const OWN = readManifest(CHECKOUT)

test('every folder in templates/ can be chosen, and nothing else', () => {
  assert.deepEqual(readdirSync(join(CHECKOUT, 'templates')).sort(), [...TEMPLATE_NAMES].sort())
})

for (const template of TEMPLATE_NAMES) {
  test(`'${template}' uses the versions that this repository is tested with`, () => {
    const { name, devDependencies, dependencies } = readManifest(templateFolder(template))
    const { beaconlayer, ...others } = { ...devDependencies, ...dependencies }
    assert.deepEqual([name, beaconlayer], ['__NAME__', '__BEACONLAYER__'])
    const tested = { ...OWN.devDependencies, ...OWN.dependencies }
    for (const [dependency, version] of Object.entries(others)) {
      assert.equal(version!.replace(/^\^/, ''), tested[dependency], dependency)
    }
  })

  test(`'${template}' has its .gitignore in a form that npm packs`, () => {
    const folder = templateFolder(template)
    assert.deepEqual(
      [existsSync(join(folder, '_gitignore')), existsSync(join(folder, '.gitignore'))],
      [true, false],
    )
  })
}

interface Manifest {
  readonly name: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}
