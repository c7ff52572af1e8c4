import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { openLevelStore, STORE_LOCKED, STORE_UNUSABLE } from '../../src/platform/level-store.ts'
import { MemoryStore } from '../../src/platform/memory-store.ts'
import type { KeyValueStore } from '../../src/platform/ports.ts'

const folder = mkdtempSync(join(tmpdir(), 'beacon-store-'))
after(() => rmSync(folder, { recursive: true }))

let stores = 0
const kinds: [string, () => Promise<KeyValueStore>][] = [
  ['LevelStore', () => openLevelStore(join(folder, `${stores++}`))],
  ['MemoryStore', async () => new MemoryStore()],
]

const bytes = (...values: number[]) => Uint8Array.from(values)
const put = (key: string, value: Uint8Array) => ({ type: 'put', key, value }) as const
const codeIs = (code: string) => (error: unknown) => (error as { code: string }).code === code

for (const [name, open] of kinds) {
  describe(name, () => {
    test('applies a batch in order and reads it back at once', async () => {
      const store = await open()
      await store.batch(
        [put('a', bytes(1)), put('b', bytes()), put('a', bytes(2)), { type: 'del', key: 'b' }],
        {
          sync: true,
        },
      )
      assert.deepEqual(store.get('a'), bytes(2))
      assert.equal(store.get('b'), undefined)
      await store.batch([{ type: 'del', key: 'a' }])
      assert.equal(store.get('a'), undefined)
      await store.close()
    })

    test('lists the entries behind a prefix in key order, backwards too, from a key on and up to a limit', async () => {
      const store = await open()
      const keys = ['block/9', 'block/10', 'block/', 'blocks/1', 'a', 'block/~']
      await store.batch(keys.map((key, n) => put(key, bytes(n))))
      const list = async (
        prefix: string,
        options?: { reverse?: boolean; limit?: number; after?: string },
      ) => {
        const found: string[] = []
        for await (const [key, value] of store.entries(prefix, options)) {
          assert.deepEqual(value, bytes(keys.indexOf(key)))
          found.push(key)
        }
        return found
      }
      const blocks = ['block/', 'block/10', 'block/9', 'block/~']
      assert.deepEqual(await list('block/'), blocks)
      assert.deepEqual(await list('block/', { reverse: true, limit: 2 }), ['block/~', 'block/9'])
      assert.deepEqual(await list('block/', { after: 'block/10', limit: 1 }), ['block/9'])
      assert.deepEqual(await list('block/', { after: 'block/1' }), blocks.slice(1))
      assert.deepEqual(await list('block/', { after: 'a' }), blocks)
      assert.deepEqual(await list('block/', { after: 'c' }), [])
      assert.deepEqual(await list(''), ['a', ...blocks, 'blocks/1'])
      assert.deepEqual(await list('c'), [])
      await store.close()
    })

    test('what a caller does to its bytes afterwards changes nothing stored', async () => {
      const store = await open()
      const value = bytes(1)
      await store.batch([put('a', value)])
      value[0] = 2
      store.get('a')![0] = 3
      assert.deepEqual(store.get('a'), bytes(1))
      await store.close()
    })
  })
}

test('a LevelStore keeps its entries when opened again', async () => {
  const path = join(folder, 'again')
  const first = await openLevelStore(path)
  await first.batch([put('a', bytes(1))], { sync: true })
  await first.close()
  const second = await openLevelStore(path)
  assert.deepEqual(second.get('a'), bytes(1))
  await second.close()
})

test('a LevelStore that is open, or is no folder, is refused with the reason', async () => {
  const path = join(folder, 'taken')
  const store = await openLevelStore(path)
  await assert.rejects(openLevelStore(path), codeIs(STORE_LOCKED.code))
  await store.close()
  const file = join(folder, 'file')
  writeFileSync(file, '')
  await assert.rejects(openLevelStore(file), codeIs(STORE_UNUSABLE.code))
})
