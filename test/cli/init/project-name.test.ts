import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkProjectName, PROJECT_NAME_INVALID, projectNameFor } from '../../../src/cli/init/project-name.ts'

const FOLDERS: [string, string][] = [
  ['my-app', 'my-app'],
  ['My App', 'my-app'],
  ['Überfahrt_2.0', 'uberfahrt_2.0'],
  ['.hidden', 'hidden'],
  ['_private', 'private'],
  ['数据', 'my-app'],
  ['', 'my-app'],
  ['events', 'events-app'],
  ['beaconlayer', 'beaconlayer-app'],
  ['node_modules', 'node_modules-app'],
]

for (const [folder, name] of FOLDERS) {
  test(`a folder called '${folder}' holds the project '${name}', which npm takes`, () => {
    assert.equal(projectNameFor(folder), name)
    assert.equal(checkProjectName(name), name)
  })
}

test('a long name is cut to what npm takes', () => {
  assert.equal(checkProjectName(projectNameFor('x'.repeat(300))).length, 214)
})

test('takes a name with a scope', () => {
  assert.equal(checkProjectName('@me/my-plugin'), '@me/my-plugin')
})

for (const name of ['My App', 'ümlaut', '../up', '@me', '@me/', '-x', 'fs', 'solc', 'x'.repeat(215), '']) {
  test(`refuses '${name.slice(0, 20)}' as a name, and suggests one that would do`, () => {
    assert.throws(() => checkProjectName(name), {
      code: PROJECT_NAME_INVALID.code,
      hint: new RegExp(`--name ${projectNameFor(name).slice(0, 20)}`),
    })
  })
}
