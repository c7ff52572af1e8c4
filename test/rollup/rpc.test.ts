import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AbiCoder,
  type Contract,
  ContractFactory,
  HDNodeWallet,
  JsonRpcProvider,
  NonceManager,
  toBeHex,
  WebSocketProvider,
  ZeroAddress,
} from 'ethers'
import { systemRandom } from '../../src/platform/system.ts'
import { fromHex, type Hex, toHex } from '../../src/primitives/bytes.ts'
import { keccak256 } from '../../src/primitives/hash.ts'
import { verifyConfirmation } from '../../src/rollup/confirmation.ts'
import { confirmationFromJson } from '../../src/rollup/confirmation-json.ts'
import { type RpcServer, startRpcServer } from '../../src/rpc/server.ts'
import { verifyProof } from '../../src/state/proof.ts'
import {
  CHAIN_ID,
  committee,
  createLocalMethods,
  createLocalRollup,
  DEV_MNEMONIC,
  type LocalRollup,
  mine,
  scheme,
  signers,
  silentLogger,
} from './local-rollup.ts'
import { abi, BYTECODE, SUPPLY } from './probe.ts'

const account = HDNodeWallet.fromPhrase(DEV_MNEMONIC)
/** Error(string) with "as told". */
const ERROR_AS_TOLD = `0x08c379a0${AbiCoder.defaultAbiCoder().encode(['string'], ['as told']).slice(2)}`
const FRESH = `0x${'66'.repeat(20)}`

/** Mines as soon as work is there, one block after another. */
function mineWhenever(local: LocalRollup): () => Promise<void> {
  let mining: Promise<unknown> = Promise.resolve()
  local.application.mempool.onAdded(() => {
    mining = mining.then(async () => {
      if (local.application.pendingSince() !== null) await mine(local)
    })
  })
  return async () => void (await mining)
}

describe('the JSON-RPC of a rollup', () => {
  let local: LocalRollup
  let server: RpcServer
  let provider: JsonRpcProvider
  let signer: NonceManager
  let token: Contract & { deploymentTransaction(): unknown }
  let idle: () => Promise<void>

  before(async () => {
    local = await createLocalRollup()
    idle = mineWhenever(local)
    const methods = await createLocalMethods(local, [fromHex(account.privateKey)])
    server = await startRpcServer({ methods }, { logger: silentLogger, random: systemRandom })
    provider = new JsonRpcProvider(server.url, CHAIN_ID, {
      staticNetwork: true,
      cacheTimeout: -1,
      pollingInterval: 20,
    })
    signer = new NonceManager(account.connect(provider))
    const factory = new ContractFactory(abi, BYTECODE, signer)
    token = (await (await factory.deploy(SUPPLY)).waitForDeployment()) as typeof token
  })

  after(async () => {
    provider.destroy()
    await idle()
    await server.close()
  })

  const call = (method: string, ...params: unknown[]) => provider.send(method, params)
  /** The error as the server words it: ethers rewrites some. */
  const failure = async (method: string, ...params: unknown[]) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    return ((await response.json()) as { error: { code: number; message: string; data?: string } }).error
  }
  const code = async (method: string, ...params: unknown[]) => (await failure(method, ...params)).code

  test('names the chain and the client', async () => {
    assert.equal(await call('eth_chainId'), '0x757e21')
    assert.equal(await call('net_version'), '7700001')
    assert.equal(await call('web3_clientVersion'), 'beacon/test')
    assert.equal(await call('eth_syncing'), false)
  })

  test('lets ethers deploy, call, send and read events', async () => {
    const receipt = await (await token.transfer!(FRESH, 7n)).wait()
    assert.equal(receipt.status, 1)
    assert.equal(await token.balanceOf!(FRESH), 7n)
    const events = await token.queryFilter(token.filters.Transfer!(null, FRESH))
    assert.equal(events.length, 1)
    assert.equal(events[0]!.transactionHash, receipt.hash)
  })

  test('gives blocks by number, hash and tag, with and without transactions', async () => {
    const head = await call('eth_blockNumber')
    const byNumber = await call('eth_getBlockByNumber', head, true)
    const byHash = await call('eth_getBlockByHash', byNumber.hash, false)
    assert.equal(byHash.number, head)
    assert.equal(byNumber.transactions[0].hash, byHash.transactions[0])
    assert.deepEqual(await call('eth_getBlockByNumber', 'latest', true), byNumber)
    assert.equal((await call('eth_getBlockByNumber', 'earliest', false)).number, '0x0')
    assert.equal(await call('eth_getBlockByNumber', '0xffffff', false), null)
    assert.equal(await call('eth_getBlockTransactionCountByHash', byHash.hash), '0x1')
    assert.deepEqual(
      await call('eth_getTransactionByBlockNumberAndIndex', head, '0x0'),
      byNumber.transactions[0],
    )
    assert.deepEqual(await call('eth_getBlockReceipts', head), [
      await call('eth_getTransactionReceipt', byHash.transactions[0]),
    ])
  })

  test('answers -39001 for tags that no block has reached, and follows the ladder when one has', async () => {
    assert.equal(await code('eth_getBlockByNumber', 'safe', false), -39001)
    assert.equal(await code('eth_getBalance', FRESH, 'finalized'), -39001)
    local.application.heads.climb('beacon', 1, local.clock.now())
    assert.equal((await call('eth_getBlockByNumber', 'safe', false)).number, '0x1')
    local.application.heads.climb('posted', 1, local.clock.now())
    local.application.heads.climb('final', 1, local.clock.now())
    assert.equal((await call('eth_getBlockByNumber', 'finalized', false)).number, '0x1')
  })

  test('reads state at old blocks, by number and by hash (EIP-1898), and takes no block as latest', async () => {
    const before = await call('eth_blockNumber')
    const { hash } = await call('eth_getBlockByNumber', before, false)
    await (await signer.sendTransaction({ to: FRESH, value: 5n })).wait()
    assert.equal(await call('eth_getBalance', FRESH), '0x5')
    assert.equal(await call('eth_getBalance', FRESH, before), '0x0')
    assert.equal(await call('eth_getBalance', FRESH, { blockHash: hash }), '0x0')
    assert.equal(await call('eth_getCode', FRESH), '0x')
    assert.ok((await call('eth_getCode', token.target)).length > 1000)
  })

  test('reverts with code 3, the data and the reason', async () => {
    const data = token.interface.encodeFunctionData('fail')
    for (const method of ['eth_call', 'eth_estimateGas']) {
      assert.deepEqual(await failure(method, { to: token.target, data }), {
        code: 3,
        message: 'execution reverted: as told',
        data: ERROR_AS_TOLD,
      })
    }
  })

  test('calls with pretended state', async () => {
    const data = token.interface.encodeFunctionData('balanceOf', [FRESH])
    const echo = '0x60005460005260206000f3'
    const override = { [FRESH]: { code: echo, stateDiff: { '0x0': '0x2a' } } }
    assert.equal(BigInt(await call('eth_call', { to: FRESH, data }, 'latest', override)), 42n)
    assert.equal(
      await code('eth_call', { from: FRESH, to: account.address, value: '0xffffffffffffffff' }),
      -32000,
    )
  })

  test('runs precompiles: ecrecover with either s, and none for blobs', async () => {
    const hash = `0x${'12'.repeat(32)}`
    const { v, r, s } = account.signingKey.sign(hash)
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
    assert.equal(await token.recover!(hash, v, r, s), account.address)
    assert.equal(await token.recover!(hash, 55 - v, r, toBeHex(order - BigInt(s), 32)), account.address)
    assert.equal(await token.recover!(hash, 29, r, s), ZeroAddress)
    assert.equal(await token.recover!(hash, v, r, toBeHex(order, 32)), ZeroAddress)
    assert.equal(await token.evaluatePoint!(), false)
  })

  test('estimates gas that suffices, and not much more', async () => {
    assert.equal(await call('eth_estimateGas', { from: account.address, to: FRESH, value: '0x1' }), '0x5208')
    for (const [name, ...values] of [
      ['transfer', FRESH, 1n],
      ['fill', 5],
      ['clear', 5],
      ['nested'],
    ] as const) {
      const data = token.interface.encodeFunctionData(name, values)
      const estimate = BigInt(
        await call('eth_estimateGas', { from: account.address, to: token.target, data }),
      )
      const sent = await signer.sendTransaction({ to: token.target, data, gasLimit: estimate })
      const receipt = (await sent.wait())!
      assert.equal(receipt.status, 1, name)
      assert.ok(estimate <= (receipt.gasUsed * 14n) / 10n, `${name}: ${estimate} for ${receipt.gasUsed}`)
    }
  })

  test('tells fees', async () => {
    const history = await call('eth_feeHistory', '0x3', 'latest', [10, 90])
    assert.equal(history.baseFeePerGas.length, 4)
    assert.equal(history.gasUsedRatio.length, 3)
    assert.equal(history.reward.length, 3)
    const head = await call('eth_getBlockByNumber', 'latest', false)
    assert.equal(history.baseFeePerGas[2], head.baseFeePerGas)
    assert.ok(BigInt(await call('eth_gasPrice')) > BigInt(history.baseFeePerGas[3]))
    assert.equal(await code('eth_feeHistory', '0x3', 'latest', [90, 10]), -32602)
  })

  test('refuses transactions in the words of geth, and answers a known one with its hash', async () => {
    const nonce = await provider.getTransactionCount(account.address)
    const sign = (fields: object) =>
      account.signTransaction({
        chainId: CHAIN_ID,
        nonce,
        to: FRESH,
        gasLimit: 21_000,
        type: 2,
        maxFeePerGas: 10n ** 10n,
        maxPriorityFeePerGas: 1n,
        ...fields,
      })
    const refusals: [object, RegExp][] = [
      [{ nonce: 0 }, /nonce too low/],
      [{ gasLimit: 20_999 }, /intrinsic gas too low/],
      [{ value: 10n ** 30n }, /insufficient funds for gas \* price \+ value/],
      [{ gasLimit: 30_000_001 }, /exceeds block gas limit/],
      [{ chainId: 1 }, /invalid chain id/],
    ]
    for (const [fields, message] of refusals) {
      assert.match((await failure('eth_sendRawTransaction', await sign(fields))).message, message)
    }
    const raw = await sign({})
    const hash = await call('eth_sendRawTransaction', raw)
    assert.equal(await call('eth_sendRawTransaction', raw), hash)
    await provider.waitForTransaction(hash)
    assert.equal(await call('eth_sendRawTransaction', raw), hash)
    signer.reset()
  })

  test('sends with a dev key, and waits for the receipt in one call', async () => {
    assert.deepEqual(await call('eth_accounts'), [account.address.toLowerCase()])
    const hash = await call('eth_sendTransaction', { from: account.address, to: FRESH, value: '0x1' })
    assert.equal((await provider.waitForTransaction(hash))!.status, 1)
    assert.equal(await code('eth_sendTransaction', { from: FRESH, to: FRESH }), -32000)
    const raw = await account.signTransaction({
      ...(await account.connect(provider).populateTransaction({ to: FRESH, value: 1n })),
    })
    assert.equal((await call('eth_sendRawTransactionSync', raw)).status, '0x1')
    signer.reset()
  })

  test('filters logs, blocks and pending transactions by polling', async () => {
    const filter = await call('eth_newFilter', { address: token.target })
    const blockFilter = await call('eth_newBlockFilter')
    const pendingFilter = await call('eth_newPendingTransactionFilter')
    const receipt = await (await token.transfer!(FRESH, 1n)).wait()
    const changes = await call('eth_getFilterChanges', filter)
    assert.deepEqual(
      changes.map((log: { transactionHash: string }) => log.transactionHash),
      [receipt.hash],
    )
    assert.deepEqual(await call('eth_getFilterChanges', filter), [])
    assert.deepEqual(await call('eth_getFilterChanges', blockFilter), [receipt.blockHash])
    assert.deepEqual(await call('eth_getFilterChanges', pendingFilter), [receipt.hash])
    assert.equal(await call('eth_uninstallFilter', filter), true)
    assert.equal(await code('eth_getFilterChanges', filter), -32000)
    local.clock.time += 6 * 60_000
    assert.equal(await code('eth_getFilterChanges', blockFilter), -32000)
    assert.equal(await code('eth_getLogs', { fromBlock: '0x5', toBlock: '0x1' }), -32602)
  })

  test('pushes heads and logs over WebSocket', async () => {
    const socket = new WebSocketProvider(server.url.replace('http', 'ws'), CHAIN_ID, { staticNetwork: true })
    const seen = new Promise<number>((resolve) => socket.on('block', resolve))
    const log = new Promise<{ address: string }>((resolve) => socket.on({ address: token.target }, resolve))
    // Both subscriptions stand once the server has answered a later call on the same socket.
    await socket.send('eth_chainId', [])
    const receipt = await (await token.transfer!(FRESH, 1n)).wait()
    assert.equal(await seen, receipt.blockNumber)
    assert.equal((await log).address, token.target)
    await socket.destroy()
  })

  test('proves accounts and storage', async () => {
    const block = await call('eth_getBlockByNumber', 'latest', false)
    const proof = await call('eth_getProof', token.target, ['0x2'], 'latest')
    const key = keccak256(fromHex(String(token.target).toLowerCase()))
    const bytes = (nodes: Hex[]) => nodes.map((node) => fromHex(node))
    assert.ok(verifyProof(fromHex(block.stateRoot), key, bytes(proof.accountProof)) !== null)
    const slot = keccak256(fromHex(proof.storageProof[0].key))
    const value = verifyProof(fromHex(proof.storageHash), slot, bytes(proof.storageProof[0].proof))
    assert.ok(toHex(value!).endsWith(proof.storageProof[0].value.slice(2)))
  })

  test('follows a transaction up the ladder, with whoever signed for it', async () => {
    const { hash } = await signer.sendTransaction({ to: FRESH, value: 1n })
    const status = await call('soft_waitFor', hash, 'soft', 2_000)
    assert.equal(status.rung, 'soft')
    assert.deepEqual(status.signers, [0, 1, 2, 3])
    assert.ok(status.times.soft >= status.times.proposed)
    assert.equal(await call('soft_waitFor', hash, 'settled', 10), null)
    local.application.heads.climb('beacon', status.block.number, local.clock.now())
    assert.equal((await call('soft_getTransactionStatus', hash)).rung, 'beacon')
    assert.equal((await call('soft_getHeads')).beacon.number, status.block.number)
    assert.equal(await call('soft_getTransactionStatus', `0x${'00'.repeat(32)}`), null)
    const committeeShown = await call('soft_getCommittee')
    assert.equal(committeeShown.root, committee.root)
    assert.equal(committeeShown.seats.length, signers.length)
  })

  test('gives a soft confirmation that verifies here and elsewhere, and not once it is changed', async () => {
    const { hash } = await signer.sendTransaction({ to: FRESH, value: 1n })
    await call('soft_waitFor', hash, 'soft', 2_000)
    const confirmation = await call('soft_getTransactionConfirmation', hash)
    const verdict = verifyConfirmation(confirmationFromJson(confirmation), committee, scheme)
    assert.deepEqual(await call('soft_verify', confirmation), verdict)
    assert.equal(verdict.ok && verdict.transaction, hash)
    const changed = { ...confirmation, block: { ...confirmation.block, number: 1 } }
    assert.equal(await code('soft_verify', changed), -32602)
  })
})
