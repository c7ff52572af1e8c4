import assert from 'node:assert/strict'
import { existsSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkWritable, packBundle, unpackBundle } from '../../../src/devnet/saved/bundle.ts'
import { networkFiles, STORE, temporary, writeFiles, writeSaved } from './fixture.ts'

const withCode = (code: string, reason: RegExp) => (error: { code?: string; message: string }) => {
  assert.equal(error.code, code, error.message)
  assert.match(error.message, reason)
  return true
}

test('what was packed comes out again, and is checked', async () => {
  using folder = temporary()
  const [saved, file, out] = ['saved', 'file.tgz', 'out'].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
  ]
  const manifest = await writeSaved(saved, networkFiles('blocks'))
  assert.ok((await packBundle(saved, file)) > 100)
  assert.deepEqual(await unpackBundle(file, out), manifest)
  assert.equal(readFileSync(join(out, 'network', STORE), 'utf8'), 'blocks')
})

for (const [what, reason, spoil] of [
  [
    'a changed file',
    /000005\.ldb is damaged/,
    (saved) => writeFiles(saved, { [`network/${STORE}`]: 'blocKs' }),
  ],
  ['a further file', /more is not in its manifest/, (saved) => writeFiles(saved, { 'network/more': '' })],
  ['a link', /link is no file/, (saved) => symlinkSync('/etc/hostname', join(saved, 'network', 'link'))],
  [
    'no manifest',
    /manifest\.json is no JSON object/,
    (saved) => writeFiles(saved, { 'manifest.json': 'null' }),
  ],
  [
    'a manifest that names a file which is not there',
    /\.\.\/secret is missing/,
    (saved) => {
      const manifest = JSON.parse(readFileSync(join(saved, 'manifest.json'), 'utf8'))
      manifest.files['../secret'] = manifest.files[STORE]
      writeFiles(saved, { 'manifest.json': manifest, secret: 'blocks' })
    },
  ],
] as readonly [string, RegExp, (saved: string) => void][]) {
  test(`a bundle with ${what} is refused`, async () => {
    using folder = temporary()
    const saved = join(folder.path, 'saved')
    const file = join(folder.path, 'file.tgz')
    await writeSaved(saved, networkFiles('blocks'))
    spoil(saved)
    await packBundle(saved, file)
    await assert.rejects(unpackBundle(file, join(folder.path, 'out')), withCode('D602', reason))
  })
}

test('a file that is cut off, or none of ours, is refused', async () => {
  using folder = temporary()
  const saved = join(folder.path, 'saved')
  const file = join(folder.path, 'file.tgz')
  await writeSaved(saved, networkFiles('blocks'))
  await packBundle(saved, file)
  truncateSync(file, 200)
  await assert.rejects(unpackBundle(file, join(folder.path, 'a')), withCode('D602', /./))
  writeFileSync(file, 'no archive')
  await assert.rejects(unpackBundle(file, join(folder.path, 'b')), withCode('D602', /./))
})

test('a bundle of a later format, or an earlier one, is refused, with who wrote it', async () => {
  using folder = temporary()
  const saved = join(folder.path, 'saved')
  const file = join(folder.path, 'file.tgz')
  const manifest = await writeSaved(saved, networkFiles('blocks'))
  for (const [formatVersion, code] of [
    [9, 'D601'],
    [1, 'D610'],
  ] as const) {
    writeFiles(saved, { 'manifest.json': { ...manifest, formatVersion, writtenBy: 'beacon/v7.0.0' } })
    await packBundle(saved, file)
    await assert.rejects(
      unpackBundle(file, join(folder.path, `out ${formatVersion}`)),
      withCode(code, new RegExp(`format ${formatVersion} \\(by beacon/v7\\.0\\.0\\)`)),
    )
  }
})

test('a bundle that can not be written leaves nothing behind', async () => {
  using folder = temporary()
  const saved = join(folder.path, 'saved')
  await writeSaved(saved, networkFiles('blocks'))
  const file = join(folder.path, 'not', 'there.tgz')
  for (const attempt of [checkWritable(file), packBundle(saved, file)]) {
    await assert.rejects(attempt, withCode('D202', /there\.tgz can't be written/))
  }
  await assert.rejects(checkWritable(folder.path), withCode('D202', /it is no file/))
  assert.equal(existsSync(join(folder.path, 'not')), false)
})
