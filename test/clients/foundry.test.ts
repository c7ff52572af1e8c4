/** What a user of Foundry does on a rollup, through its stable URL: with forge and cast from npm, and a compiler from npm. */

import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { execa } from 'execa'
import { type RollupNetwork, startRollup, TEST_TIMEOUT_MS } from './network.ts'
import { FIXTURES } from './token.ts'

const MODULES = join(import.meta.dirname, '../../node_modules')
const SUPPLY = 10n ** 24n
const FRESH = `0x${'99'.repeat(20)}`
/** keccak256 of "Transfer(address,address,uint256)". */
const TRANSFER_TOPIC = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'

interface Receipt {
  readonly status: string
  readonly transactionHash: string
  readonly blockNumber: string
  readonly logs: readonly { readonly topics: readonly string[]; readonly data: string }[]
}

/** The platform's own binary: the wrapper in node_modules/.bin exits with 0 whatever happened. */
function binaryOf(tool: 'forge' | 'cast'): string {
  const fromWrapper = createRequire(join(MODULES, '@foundry-rs', tool, 'package.json'))
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  return fromWrapper.resolve(`@foundry-rs/${tool}-${process.platform}-${architecture}/bin/${tool}`)
}

/** A project and a home of its own, and a proxy to the rest of the world that only counts who wants to go there. */
async function createProject() {
  const folder = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  mkdirSync(join(folder, 'src'))
  cpSync(join(FIXTURES, 'Token.sol'), join(folder, 'src/Token.sol'))
  let connections = 0
  const proxy = createServer((socket) => {
    connections++
    socket.destroy()
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const { port } = proxy.address() as { port: number }
  const outside = `http://127.0.0.1:${port}`
  const env = { HOME: folder, HTTP_PROXY: outside, HTTPS_PROXY: outside, NO_PROXY: '127.0.0.1' }
  return {
    run: (tool: 'forge' | 'cast', args: readonly string[]) =>
      execa(binaryOf(tool), args, { cwd: folder, env, stdin: 'ignore', reject: false }),
    get connections() {
      return connections
    },
    remove() {
      proxy.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

describe('forge and cast on a rollup', { timeout: TEST_TIMEOUT_MS }, () => {
  let network: RollupNetwork
  let project: Awaited<ReturnType<typeof createProject>>
  let token: string

  before(async () => {
    project = await createProject()
    network = await startRollup()
  })

  after(async () => {
    project?.remove()
    await network?.[Symbol.asyncDispose]()
  })

  const run = async (tool: 'forge' | 'cast', command: string, ...args: string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await project.run(tool, [
      command,
      '--rpc-url',
      network.rpcUrl,
      ...args,
    ])
    assert.equal(exitCode, 0, stderr)
    return stdout
  }
  const failureOf = async (command: string, ...args: string[]): Promise<string> => {
    const { exitCode, stderr } = await project.run('cast', [command, '--rpc-url', network.rpcUrl, ...args])
    assert.notEqual(exitCode, 0)
    return stderr
  }
  const key = () => ['--private-key', network.accounts[0]!.privateKey]
  const send = async (...call: string[]): Promise<Receipt> =>
    JSON.parse(await run('cast', 'send', ...key(), '--json', ...call))

  test('forge compiles a token without a download, and creates it', async () => {
    const created = await run(
      'forge',
      'create',
      ...['src/Token.sol:Token', '--json', '--broadcast', ...key()],
      ...['--use', join(FIXTURES, 'solc.cjs')],
      ...['--remappings', `@openzeppelin/=${join(MODULES, '@openzeppelin')}/`],
      ...['--constructor-args', String(SUPPLY)],
    )
    token = JSON.parse(created).deployedTo
    assert.match(token, /^0x[0-9a-fA-F]{40}$/)
    assert.equal(project.connections, 0)
  })

  test('cast transfers it and calls it', async () => {
    const receipt = await send(token, 'transfer(address,uint256)', FRESH, '7')
    assert.equal(receipt.status, '0x1')
    assert.equal(receipt.logs[0]!.topics[0], TRANSFER_TOPIC)
    assert.equal(await run('cast', 'call', token, 'balanceOf(address)(uint256)', FRESH), '7')
    assert.equal(await run('cast', 'nonce', network.accounts[0]!.address), '2')
  })

  test('cast finds its logs', async () => {
    const receipt = await send(token, 'transfer(address,uint256)', FRESH, '8')
    const found = await run(
      'cast',
      'logs',
      ...['--json', '--address', token, '--from-block', String(Number(receipt.blockNumber))],
      ...['Transfer(address indexed,address indexed,uint256)', network.accounts[0]!.address, FRESH],
    )
    const logs: { transactionHash: string; data: string }[] = JSON.parse(found)
    assert.deepEqual(
      logs.map(({ transactionHash, data }) => [transactionHash, Number(data)]),
      [[receipt.transactionHash, 8]],
    )
  })

  test('cast tells why a call reverts', async () => {
    const tooMuch = ['transfer(address,uint256)', FRESH, String(SUPPLY * 2n)]
    const holder = network.accounts[0]!.address
    assert.match(
      await failureOf('call', '--from', holder, token, ...tooMuch),
      /ERC20InsufficientBalance|0xe450d38c/,
    )
    assert.equal((await send(token, 'claim()')).status, '0x1')
    assert.match(await failureOf('send', ...key(), token, 'claim()'), /execution reverted: claimed already/)
  })

  test('cast reads blocks, fees and proofs', async () => {
    assert.equal(await run('cast', 'chain-id'), String(network.chainId))
    const block = JSON.parse(await run('cast', 'block', 'latest', '--json'))
    assert.ok(Number(block.number) > 0)
    assert.ok(Number(await run('cast', 'gas-price')) > 0)
    const proof = JSON.parse(await run('cast', 'proof', token, '0x2'))
    assert.equal(proof.storageProof.length, 1)
  })
})
