import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { MemoryStore } from '../../src/platform/memory-store.ts'
import { FileRecordLog } from '../../src/platform/record-log.ts'
import { SimulatedTime } from '../../src/platform/simulated/time.ts'
import { SharedDiskDelay, slowRecordLog, slowStore } from '../../src/platform/slow-disk.ts'

const folder = mkdtempSync(join(tmpdir(), 'beacon-test-'))
after(() => rmSync(folder, { recursive: true }))

function timed(work: () => void): number {
  const startMs = performance.now()
  work()
  return performance.now() - startMs
}

test('a log takes longer to be durable while its disk is slow, and holds the same', () => {
  const path = join(folder, 'slow.log')
  const delay = new SharedDiskDelay()
  const log = slowRecordLog(new FileRecordLog(path), delay)
  // As another thread of the process does.
  new SharedDiskDelay(delay.memory).set(40)
  log.append(Uint8Array.of(1))
  assert.ok(timed(() => log.sync()) >= 40)
  assert.ok(timed(() => log.rewrite([Uint8Array.of(2)])) >= 40)
  log.append(Uint8Array.of(3))
  log.sync()
  log.close()
  assert.deepEqual(new FileRecordLog(path).recovered, [Uint8Array.of(2), Uint8Array.of(3)])
})

test('a store says late that a write is durable, and can be read meanwhile', async () => {
  const time = new SimulatedTime()
  const delay = { ms: 0 }
  const store = slowStore(new MemoryStore(), delay, time)
  const put = (value: number) =>
    store.batch([{ type: 'put', key: 'key', value: Uint8Array.of(value) }], { sync: true })
  await put(1)
  delay.ms = 50
  let isDone = false
  const done = put(2).then(() => {
    isDone = true
  })
  await time.run(49)
  assert.ok(!isDone)
  assert.deepEqual(store.get('key'), Uint8Array.of(2))
  for await (const [key] of store.entries('k')) assert.equal(key, 'key')
  await time.run(50)
  await done
  await store.close()
})
