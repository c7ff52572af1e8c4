import assert from 'node:assert/strict'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { copyTemplate, FILES_IN_THE_WAY, PROJECT_UNWRITABLE } from '../../../src/cli/init/copy-template.ts'

const WORDS = { NAME: 'my-app' }

function setUp(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  t.after(() => rmSync(root, { recursive: true }))
  const template = join(root, 'template')
  mkdirSync(join(template, 'src/deep'), { recursive: true })
  writeFileSync(join(template, '_gitignore'), 'out/\n')
  writeFileSync(join(template, 'README.md'), '# __NAME__ and __NAME__, not __OTHER__\n')
  writeFileSync(join(template, 'src/deep/run.js'), '#!/usr/bin/env node\n', { mode: 0o755 })
  return { template, project: join(root, 'projects/one') }
}

test('writes every file, with the names and words of the project', (t) => {
  const { template, project } = setUp(t)
  assert.deepEqual(copyTemplate(template, project, WORDS), ['.gitignore', 'README.md', 'src/deep/run.js'])
  assert.equal(readFileSync(join(project, 'README.md'), 'utf8'), '# my-app and my-app, not __OTHER__\n')
  assert.ok(statSync(join(project, 'src/deep/run.js')).mode & 0o100)
})

test('writes beside what is there already', (t) => {
  const { template, project } = setUp(t)
  mkdirSync(join(project, '.git'), { recursive: true })
  mkdirSync(join(project, 'src'))
  copyTemplate(template, project, WORDS)
  assert.deepEqual(readdirSync(project).sort(), ['.git', '.gitignore', 'README.md', 'src'])
})

test('a file in the way stays as it is, and nothing is written', (t) => {
  const { template, project } = setUp(t)
  mkdirSync(join(project, 'src/deep'), { recursive: true })
  writeFileSync(join(project, 'src/deep/run.js'), 'mine')
  assert.throws(() => copyTemplate(template, project, WORDS), {
    code: FILES_IN_THE_WAY.code,
    message: /: src\/deep\/run\.js$/,
  })
  assert.equal(readFileSync(join(project, 'src/deep/run.js'), 'utf8'), 'mine')
  assert.deepEqual(readdirSync(project), ['src'])
})

test('neither is written through a link that leads nowhere', (t) => {
  const { template, project } = setUp(t)
  mkdirSync(project, { recursive: true })
  symlinkSync('../elsewhere', join(project, 'README.md'))
  assert.throws(() => copyTemplate(template, project, WORDS), { code: FILES_IN_THE_WAY.code })
})

test('a file where a folder is needed is in the way', (t) => {
  const { template, project } = setUp(t)
  mkdirSync(project, { recursive: true })
  writeFileSync(join(project, 'src'), 'mine')
  assert.throws(() => copyTemplate(template, project, WORDS), {
    code: FILES_IN_THE_WAY.code,
    message: /: src$/,
  })
  const inFile = join(project, 'src')
  assert.throws(() => copyTemplate(template, inFile, WORDS), { code: FILES_IN_THE_WAY.code })
})

test('a folder that nobody can write to is the fault of the environment', (t) => {
  const { template } = setUp(t)
  assert.throws(() => copyTemplate(template, '/dev/null/project', WORDS), { code: PROJECT_UNWRITABLE.code })
})
