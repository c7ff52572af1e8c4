import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createDevnetFolder, type DevnetFolder, devnetFolder } from '../../../src/devnet/folder.ts'
import { packBundle } from '../../../src/devnet/saved/bundle.ts'
import { loadNetwork } from '../../../src/devnet/saved/load.ts'
import { clearLeftovers, restoreNetwork } from '../../../src/devnet/saved/restore.ts'
import { readForks } from '../../../src/devnet/stored-genesis.ts'
import { networkFiles, POSITION, STORE, temporary, writeFiles, writeSaved } from './fixture.ts'

function present(path: string, stored: string): DevnetFolder {
  const folder = devnetFolder(path, 'default')
  createDevnetFolder(folder)
  writeFiles(folder.path, { ...networkFiles(stored), 'nodes/validator-0/data/beacon/000009.ldb': 'later' })
  return folder
}

const stored = ({ path }: DevnetFolder) => readFileSync(join(path, STORE), 'utf8')

test('a restored network has the files that were saved, no others, and another fork each time', async () => {
  using home = temporary()
  const folder = present(home.path, 'now')
  const saved = join(home.path, 'saved')
  const manifest = await writeSaved(saved, networkFiles('then'))
  for (const id of [1, 2]) {
    await restoreNetwork(folder, saved, manifest)
    assert.equal(stored(folder), 'then')
    assert.deepEqual(readdirSync(join(folder.nodesPath, 'validator-0/data/beacon')), ['000005.ldb'])
    assert.deepEqual(readForks(folder.genesisFile), [{ id, after: [POSITION] }])
  }
})

test('a restoration that was interrupted before everything was ready has not happened', async () => {
  using home = temporary()
  const folder = present(home.path, 'now')
  writeFiles(folder.path, { 'tmp-restoring/config.json': '{}', 'tmp-x1/y': '' })
  clearLeftovers(folder)
  assert.equal(stored(folder), 'now')
  assert.deepEqual(
    readdirSync(folder.path).filter((name) => name.startsWith('tmp-')),
    [],
  )
})

test('one that was interrupted while things were moved is finished, wherever it stopped', async () => {
  for (const moved of [[], ['nodes'], ['nodes', 'genesis.json'], ['nodes', 'genesis.json', 'config.json']]) {
    using home = temporary()
    const folder = present(home.path, 'now')
    const ready = join(folder.path, 'restoring')
    mkdirSync(ready)
    writeFiles(ready, networkFiles('then'))
    for (const name of moved) {
      renameSync(join(folder.path, name), join(home.path, name))
      renameSync(join(ready, name), join(folder.path, name))
    }
    clearLeftovers(folder)
    assert.equal(stored(folder), 'then', `after ${moved}`)
    assert.ok(existsSync(folder.configFile) && existsSync(folder.genesisFile))
    assert.equal(existsSync(ready), false)
  }
})

test('a network whose genesis this version would make otherwise is not loaded', async () => {
  using home = temporary()
  const saved = join(home.path, 'saved')
  const file = join(home.path, 'file.tgz')
  const files = networkFiles('then')
  const genesis = { ...(files['genesis.json'] as object), time: 1 }
  await writeSaved(saved, { ...files, 'genesis.json': genesis })
  await packBundle(saved, file)
  const folder = devnetFolder(home.path, 'default')
  await assert.rejects(loadNetwork(file, folder, { replace: false }), { code: 'D607' })
  assert.equal(existsSync(folder.path), false)
})

test('a network with an L1 of somebody else is not loaded, for a key here might pay on it', async () => {
  using home = temporary()
  const saved = join(home.path, 'saved')
  const file = join(home.path, 'file.tgz')
  const files = networkFiles('then')
  const options = { ...(files['config.json'] as object), l1: 'http://127.0.0.1:1' }
  await writeSaved(saved, { ...files, 'config.json': options })
  await packBundle(saved, file)
  await assert.rejects(loadNetwork(file, devnetFolder(home.path, 'default'), { replace: false }), {
    code: 'D603',
  })
})

test('a failed load leaves the devnet that it was to replace as it was', async () => {
  using home = temporary()
  const folder = present(home.path, 'now')
  const file = join(home.path, 'file.tgz')
  writeFiles(home.path, { 'file.tgz': 'garbage' })
  await assert.rejects(loadNetwork(file, folder, { replace: true }), { code: 'D602' })
  assert.equal(stored(folder), 'now')
})

test('a network that is loaded under another name has that name, and takes free ports', async () => {
  using home = temporary()
  const saved = join(home.path, 'saved')
  const file = join(home.path, 'file.tgz')
  await writeSaved(saved, networkFiles('then'))
  await packBundle(saved, file)
  const folder = devnetFolder(home.path, 'copy')
  const { forkId } = await loadNetwork(file, folder, { replace: false })
  assert.equal(forkId, 1)
  const { name, ports } = JSON.parse(readFileSync(folder.configFile, 'utf8'))
  assert.deepEqual({ name, ports }, { name: 'copy', ports: 'auto' })
})
