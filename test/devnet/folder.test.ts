import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import {
  createDevnetFolder,
  devnetFolder,
  devnetsRoot,
  emptyDevnetFolder,
  listDevnets,
  readJsonFile,
  removeDevnetFolder,
  writeJsonFile,
} from '../../src/devnet/folder.ts'

function temporaryRoot(t: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  return root
}

test('the folder of all devnets is the one that is passed, else that of the environment, else .beacon here', (t) => {
  const before = process.env.BEACON_HOME
  t.after(() => {
    if (before === undefined) delete process.env.BEACON_HOME
    else process.env.BEACON_HOME = before
  })
  process.env.BEACON_HOME = '/somewhere'
  assert.equal(devnetsRoot('/else/where'), '/else/where')
  assert.equal(devnetsRoot(), '/somewhere')
  delete process.env.BEACON_HOME
  assert.equal(devnetsRoot(), join(process.cwd(), '.beacon'))
})

test('a name can be no path', () => {
  for (const name of ['', '..', 'a/b', 'A', '-a', 'a'.repeat(33)]) {
    assert.throws(() => devnetFolder('/root', name), { code: 'D201' })
  }
})

test('others may not look into a devnet, nor git', (t) => {
  const folder = devnetFolder(temporaryRoot(t), 'default')
  createDevnetFolder(folder)
  assert.equal(statSync(folder.path).mode & 0o077, 0)
  assert.equal(readFileSync(join(folder.path, '.gitignore'), 'utf8'), '*\n')
})

test('says in a sentence that the folder can not be made', (t) => {
  const root = temporaryRoot(t)
  writeFileSync(join(root, 'file'), '')
  assert.throws(() => createDevnetFolder(devnetFolder(join(root, 'file'), 'default')), { code: 'D202' })
})

test('says in a sentence that the disk is full', { skip: !existsSync('/dev/full') }, (t) => {
  const path = join(temporaryRoot(t), 'file.json')
  // Where the text goes before it takes the file's place: a device that is always full.
  symlinkSync('/dev/full', `${path}.${process.pid}.tmp`)
  assert.throws(() => writeJsonFile(path, {}), { code: 'D203' })
  assert.ok(!existsSync(path))
})

test('a file is replaced whole, by plain JSON', (t) => {
  const path = join(temporaryRoot(t), 'file.json')
  writeJsonFile(path, { old: true }, 0o600)
  writeJsonFile(path, { amount: 10n ** 30n }, 0o600)
  assert.deepEqual(readJsonFile(path), { amount: '1000000000000000000000000000000' })
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

test('a damaged file is named', (t) => {
  const path = join(temporaryRoot(t), 'file.json')
  assert.equal(readJsonFile(path), undefined)
  writeFileSync(path, '{"half":')
  assert.throws(() => readJsonFile(path), { code: 'D205' })
})

test('lists devnets by name, and removes one at a time', (t) => {
  const root = temporaryRoot(t)
  for (const name of ['two', 'one']) createDevnetFolder(devnetFolder(root, name))
  writeFileSync(join(root, 'notes'), '')
  assert.deepEqual(listDevnets(root), ['one', 'two'])
  removeDevnetFolder(devnetFolder(root, 'one'))
  assert.deepEqual(listDevnets(root), ['two'])
  assert.deepEqual(listDevnets(join(root, 'nowhere')), [])
})

test('emptying keeps what is not of the network', (t) => {
  const folder = devnetFolder(temporaryRoot(t), 'default')
  createDevnetFolder(folder)
  writeJsonFile(folder.genesisFile, {})
  writeFileSync(join(folder.path, 'control.sock'), '')
  writeFileSync(folder.logFile('l1'), '')
  writeFileSync(folder.logFile('supervisor'), 'about to start')
  emptyDevnetFolder(folder)
  assert.ok(!existsSync(folder.genesisFile) && !existsSync(folder.logFile('l1')))
  assert.ok(existsSync(join(folder.path, 'control.sock')))
  assert.ok(existsSync(folder.logFile('supervisor')), 'whoever empties the folder may be writing to it')
})
