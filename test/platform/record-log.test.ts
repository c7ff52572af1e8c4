import assert from 'node:assert/strict'
import fs, {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { RECORD_BYTES_MAX } from '../../src/platform/record-frames.ts'
import { FileRecordLog, RECORD_LOG_FAILED } from '../../src/platform/record-log.ts'
import { utf8 } from '../../src/primitives/bytes.ts'

const folder = mkdtempSync(join(tmpdir(), 'beacon-record-log-'))
after(() => rmSync(folder, { recursive: true }))

let files = 0
const newPath = () => join(folder, `${files++}.log`)

function write(path: string, ...records: readonly string[]): void {
  const log = new FileRecordLog(path)
  for (const record of records) log.append(utf8(record))
  log.sync()
  log.close()
}

function read(path: string): { records: string[]; droppedBytes: number } {
  const log = new FileRecordLog(path)
  log.close()
  return {
    records: log.recovered.map((record) => Buffer.from(record).toString()),
    droppedBytes: log.droppedBytes,
  }
}

test('gives back what was appended, over several runs', () => {
  const path = newPath()
  write(path, 'a', 'b')
  write(path, 'c')
  assert.deepEqual(read(path), { records: ['a', 'b', 'c'], droppedBytes: 0 })
})

test('cuts a torn tail off wherever the crash tore it, and appends behind what is intact', () => {
  const path = newPath()
  write(path, 'first', 'second', 'third')
  const whole = readFileSync(path)
  const intact = 2 * 8 + 'first'.length + 'second'.length
  for (let length = intact; length < whole.length; length++) {
    writeFileSync(path, whole.subarray(0, length))
    assert.deepEqual(read(path), { records: ['first', 'second'], droppedBytes: length - intact })
    write(path, 'fourth')
    assert.deepEqual(read(path).records, ['first', 'second', 'fourth'])
  }
})

test('takes neither zeros nor a damaged record at the end for records', () => {
  const path = newPath()
  write(path, 'first', 'second')
  appendFileSync(path, Buffer.alloc(64))
  assert.deepEqual(read(path), { records: ['first', 'second'], droppedBytes: 64 })
  const bytes = readFileSync(path)
  bytes[bytes.length - 1]! ^= 1
  writeFileSync(path, bytes)
  assert.deepEqual(read(path).records, ['first'])
})

test('a length beyond the end of the file costs nothing', () => {
  const path = newPath()
  write(path, 'first')
  appendFileSync(path, Buffer.from('ffffffff00000000aa', 'hex'))
  assert.deepEqual(read(path), { records: ['first'], droppedBytes: 9 })
})

test('rewrites everything at once and goes on from there', () => {
  const path = newPath()
  const log = new FileRecordLog(path)
  log.append(utf8('old'))
  log.rewrite([utf8('kept')])
  log.append(utf8('new'))
  log.sync()
  log.close()
  assert.deepEqual(read(path).records, ['kept', 'new'])
  assert.equal(existsSync(`${path}.new`), false)
})

test('a rewrite that a crash interrupted has not happened', () => {
  const path = newPath()
  write(path, 'old')
  writeFileSync(`${path}.new`, 'half a rewri')
  assert.deepEqual(read(path).records, ['old'])
  assert.equal(existsSync(`${path}.new`), false)
})

test('refuses records that are empty or too large, and stays usable', () => {
  const log = new FileRecordLog(newPath())
  assert.throws(() => log.append(new Uint8Array(0)), RangeError)
  assert.throws(() => log.append(new Uint8Array(RECORD_BYTES_MAX + 1)), RangeError)
  log.append(utf8('fits'))
  log.close()
})

test('refuses everything once an operation has failed', () => {
  const path = join(mkdtempSync(join(folder, 'gone-')), 'log')
  const log = new FileRecordLog(path)
  rmSync(join(path, '..'), { recursive: true })
  const isFailure = (error: unknown) => (error as { code: string }).code === RECORD_LOG_FAILED.code
  assert.throws(() => log.rewrite([utf8('a')]), isFailure)
  assert.throws(() => log.append(utf8('b')), isFailure)
  log.close()
})

test('a log in a folder that does not exist is refused with its path', () => {
  const path = join(folder, 'missing', 'log')
  assert.throws(
    () => new FileRecordLog(path),
    (error) => {
      const { code, message } = error as { code: string; message: string }
      return code === RECORD_LOG_FAILED.code && message.includes(path)
    },
  )
})

test('an emptied file is an empty log', () => {
  const path = newPath()
  write(path, 'a')
  truncateSync(path, 0)
  assert.deepEqual(read(path), { records: [], droppedBytes: 0 })
})

test('what a killed process left to the operating system is synced before it is given back', {
  skip: process.platform !== 'linux',
}, (t) => {
  const path = newPath()
  const killed = new FileRecordLog(path)
  killed.append(utf8('a vote'))
  killed.close()
  const synced: string[] = []
  t.mock.method(fs, 'fsyncSync', (file: number) => void synced.push(readlinkSync(`/proc/self/fd/${file}`)))
  syncBuiltinESMExports()
  t.after(() => {
    t.mock.restoreAll()
    syncBuiltinESMExports()
  })
  assert.deepEqual(read(path).records, ['a vote'])
  assert.deepEqual(synced, [path, folder])
})
