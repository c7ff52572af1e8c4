import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { askSupervisor } from '../../src/devnet/control-client.ts'
import { ControlSocket, controlSocketPath } from '../../src/devnet/control-socket.ts'
import { jsonText } from './json.ts'
import { fuzz, hasCode } from './support.ts'

const folder = mkdtempSync(join(tmpdir(), 'beacon-fuzz-'))
const served = join(folder, 'served')
mkdirSync(served)
const socket = await ControlSocket.acquire(folder, async ({ method, params }) => {
  assert.equal(typeof params, 'object')
  return { method, params }
})

/** A supervisor that answers every request with the same bytes, and ends the connection. */
let says = ''
const liar = createServer((client) => client.once('data', () => client.end(says)))
await new Promise<void>((resolve) => liar.listen(controlSocketPath(served), resolve))

after(async () => {
  await socket.close()
  liar.close()
  rmSync(folder, { recursive: true, force: true })
})

const line = fc.oneof(
  jsonText,
  fc.tuple(jsonText, jsonText).map(([method, params]) => `{"method":${method},"params":${params}}`),
  jsonText.map((params) => `{"method":"echo","params":${params}}`),
  fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', '')),
  fc.constantFrom(
    `${'['.repeat(30_000)}`,
    `{"method":"echo","params":${'{"a":'.repeat(5_000)}0${'}'.repeat(5_000)}}`,
  ),
)

fuzz(
  'each line is answered with a line, whatever it says',
  150,
  fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 6 }), async (lines) => {
    const client = connect(controlSocketPath(folder))
    client.setEncoding('utf8')
    await once(client, 'connect')
    let received = ''
    const answered = new Promise<void>((resolve) => {
      client.on('data', (text) => {
        received += text
        if (received.split('\n').length > lines.length) resolve()
      })
      client.on('close', () => resolve())
    })
    client.write(lines.map((one) => `${one}\n`).join(''))
    await answered
    client.destroy()
    const answers = received
      .split('\n')
      .slice(0, -1)
      .map((one) => JSON.parse(one))
    assert.equal(answers.length, lines.length)
    for (const { ok, error } of answers) assert.ok(ok === true || typeof error.code === 'string')
  }),
)

test('a line without end is cut off', async () => {
  const client = connect(controlSocketPath(folder))
  const closed = new Promise((resolve) => client.on('error', () => {}).on('close', resolve))
  client.write('x'.repeat(200_000))
  await closed
})

test('what is nested too deep to be answered is refused, and harms nobody', async () => {
  const nested = `{"method":"echo","params":${'{"a":'.repeat(5_000)}0${'}'.repeat(5_000)}}\n`
  const client = connect(controlSocketPath(folder))
  client.write(nested)
  const [answer] = await once(client, 'data')
  assert.equal(JSON.parse(String(answer)).error.code, 'D302')
  client.destroy()
})

test('an answer that is none is told as one', async () => {
  for (const text of ['null\n', '{"ok":false}\n', 'garbage\n', '{"ok":false,"error":{"code":1}}\n']) {
    says = text
    await assert.rejects(askSupervisor(served, 'status', {}, 2_000), { code: 'D302' })
  }
})

fuzz(
  'whatever a supervisor answers, a command hears a result, an error with a code, or that there is none that answers',
  150,
  fc.asyncProperty(
    fc.oneof(
      jsonText.map((text) => `${text}\n`),
      jsonText.map((text) => `{"ok":false,"error":${text}}\n`),
      fc.string({ unit: 'binary' }),
    ),
    async (text) => {
      says = text
      try {
        await askSupervisor(served, 'status', {}, 2_000)
      } catch (error) {
        assert.ok(
          error instanceof Error && 'code' in error && 'hint' in error,
          String((error as Error).stack),
        )
        assert.ok(!hasCode(error, 'ERR_ASSERTION'))
      }
    },
  ),
)
