import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { anvilBinary, anvilCommand, isAnvil, parseListening, waitForL1 } from '../../src/settlement/anvil.ts'
import { mendStateFile } from '../../src/settlement/anvil-state.ts'
import { AnvilProcess } from './anvil-process.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'beacon-anvil-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('the binary is the platform package, not the wrapper that a SIGKILL would orphan', () => {
  assert.ok(existsSync(anvilBinary()))
  assert.match(anvilBinary(), /anvil-(linux|darwin|win32)-(amd64|arm64)/)
})

test('a state file is named to anvil only if there is one', () => {
  assert.ok(!anvilCommand().args.includes('--state'))
  const { args } = anvilCommand({ stateFile: '/x/state.json', stateIntervalSeconds: 3 })
  assert.deepEqual(args.slice(-4), ['--state', '/x/state.json', '--state-interval', '3'])
})

test('the port is read from the line that tells of it and from no other', () => {
  assert.equal(parseListening('Listening on 127.0.0.1:43307'), 'http://127.0.0.1:43307')
  assert.equal(parseListening('Listening on [::1]:8545'), 'http://[::1]:8545')
  assert.equal(parseListening('    Block Number: 1'), null)
  assert.equal(parseListening('eth_call Listening on 127.0.0.1:1'), null)
})

test('anvil answers on the port that it chose, with the chain id that it was given', async () => {
  await using anvil = await AnvilProcess.start({ chainId: 4242 })
  assert.equal(await waitForL1(anvil.rpcUrl, 5000), 4242)
  assert.equal(await isAnvil(anvil.rpc), true)
})

test('the states of the last blocks can be read, so that a call does not fail where the next block comes', async () => {
  await using anvil = await AnvilProcess.start()
  await anvil.mine(8)
  const balance = await anvil.rpc.request('eth_getBalance', [`0x${'11'.repeat(20)}`, '0x5'])
  assert.equal(balance, '0x0')
})

test('an L1 that accepts connections but never answers is given up at the deadline', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  try {
    await assert.rejects(waitForL1(`http://127.0.0.1:${port}`, 200), { code: 'S202' })
  } finally {
    server.close()
  }
})

test('the chain goes on after a stop, and from the last written state after a kill', async () => {
  const stateFile = join(folder, 'state.json')
  const start = () => {
    mendStateFile(stateFile)
    return AnvilProcess.start({ stateFile, stateIntervalSeconds: 1 })
  }
  const first = await start()
  await first.mine(5)
  await first.stop('SIGTERM')

  const second = await start()
  assert.equal((await second.client.block('latest'))?.number, 5)
  await second.mine(1)
  await second.stop('SIGKILL')

  await using third = await start()
  const { number } = (await third.client.block('latest'))!
  assert.ok(number === 5 || number === 6, `block ${number}`)
})

test('a torn state file is replaced by the copy of the last start', () => {
  const stateFile = join(folder, 'state.json')
  assert.equal(mendStateFile(stateFile), 'none')
  writeFileSync(stateFile, '{"blocks":[1]}')
  assert.equal(mendStateFile(stateFile), 'whole')
  writeFileSync(stateFile, '{"blocks":[1,2')
  assert.equal(mendStateFile(stateFile), 'restored')
  assert.equal(readFileSync(stateFile, 'utf8'), '{"blocks":[1]}')
})

test('a torn state file without a copy gives a fresh chain', async () => {
  const stateFile = join(folder, 'state.json')
  writeFileSync(stateFile, '')
  assert.equal(mendStateFile(stateFile), 'lost')
  await using anvil = await AnvilProcess.start({ stateFile })
  assert.equal((await anvil.client.block('latest'))?.number, 0)
})
