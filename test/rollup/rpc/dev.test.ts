import assert from 'node:assert/strict'
import { after, beforeEach, describe, test } from 'node:test'
import { fromHex, type Hex } from '../../../src/primitives/bytes.ts'
import { DEV_ADDRESS } from '../../../src/rollup/dev/settings.ts'
import type { Methods } from '../../../src/rpc/dispatch.ts'
import { RpcError } from '../../../src/rpc/rpc-error.ts'
import { createLocalMethods, createLocalRollup, type LocalRollup, mine } from '../local-rollup.ts'
import { abi, CONTRACT, DEPLOYMENT, SUPPLY, wallet } from '../probe.ts'

const SENDER = wallet.address.toLowerCase() as Hex
const FRESH: Hex = `0x${'66'.repeat(20)}`
const WHALE: Hex = `0x${'77'.repeat(20)}`
const ETHER = 10n ** 18n

type Json = Record<string, string> & { transactions: string[]; logs: Json[] }

describe('dev methods', () => {
  let local: LocalRollup
  let methods: Methods
  let stop = () => {}

  const ask = async (method: string, ...params: unknown[]) =>
    (await methods[method]!(params, {} as never)) as Json
  const refused = (message: RegExp) => (error: unknown) =>
    error instanceof RpcError && message.test(error.message)
  const block = (which = 'latest') => ask('eth_getBlockByNumber', which)
  const time = async () => Number((await block()).timestamp)
  /** Sends from an account that the rollup knows the key of, and waits for the receipt. */
  const send = async (fields: object) => {
    const hash = (await ask('eth_sendTransaction', { from: SENDER, ...fields })) as unknown as string
    await settled()
    return { hash, receipt: await ask('eth_getTransactionReceipt', hash) }
  }
  const transfer = (to: Hex, amount: bigint) => ({
    to: CONTRACT,
    data: abi.encodeFunctionData('transfer', [to, amount]),
    gas: '0x30d40',
  })
  const tokensOf = async (holder: Hex) => {
    const data = abi.encodeFunctionData('balanceOf', [holder])
    return BigInt((await ask('eth_call', { to: CONTRACT, data })) as unknown as string)
  }

  let mining = Promise.resolve()
  const settled = async () => {
    let seen: Promise<void> | null = null
    while (seen !== mining) {
      seen = mining
      await seen
    }
  }

  beforeEach(async () => {
    stop()
    local = await createLocalRollup({ spec: { devMethods: true } })
    methods = await createLocalMethods(local, [fromHex(wallet.privateKey)])
    const { application } = local
    const work = async () => {
      while (application.pendingSince() !== null) await mine(local)
    }
    stop = application.mempool.onAdded(() => {
      mining = mining.then(() => new Promise(setImmediate)).then(work)
    })
  })
  after(() => stop())

  test('are unknown where the registration does not allow them', async () => {
    const strict = await createLocalMethods(await createLocalRollup())
    assert.deepEqual(
      Object.keys(strict).filter((name) => /^(evm|hardhat|anvil)_/.test(name)),
      [],
    )
  })

  test('an account is given what it is said to have', async () => {
    await ask('hardhat_setBalance', FRESH, '0x64')
    await ask('anvil_setNonce', FRESH, '0x5')
    await ask('hardhat_setCode', FRESH, '0x602a5f5260205ff3')
    await ask('hardhat_setStorageAt', FRESH, '0x1', `0x${'00'.repeat(31)}2a`)
    assert.equal(await ask('eth_getBalance', FRESH), '0x64')
    assert.equal(await ask('eth_getTransactionCount', FRESH), '0x5')
    assert.equal(await ask('eth_getCode', FRESH), '0x602a5f5260205ff3')
    assert.equal(BigInt((await ask('eth_getStorageAt', FRESH, '0x1')) as unknown as string), 42n)
    assert.equal(BigInt((await ask('eth_call', { to: FRESH })) as unknown as string), 42n)
    await assert.rejects(ask('hardhat_setNonce', FRESH, '0x4'), refused(/smaller than the existing nonce/))
  })

  test('blocks are mined when they are asked for, as many as were wished for', async () => {
    const { number } = await block()
    await ask('evm_mine')
    await ask('hardhat_mine', '0x3')
    assert.equal(Number((await block()).number), Number(number) + 4)
    await assert.rejects(ask('hardhat_mine', '0x7d0'), refused(/at most 256/))
  })

  test('transactions wait for a block where nobody mines by itself', async () => {
    await ask('evm_setAutomine', false)
    assert.equal(await ask('hardhat_getAutomine'), false)
    const { receipt } = await send({ to: FRESH, value: '0x1' })
    assert.equal(receipt, null)
    await mine(local)
    assert.equal((await block()).transactions.length, 0, 'a heartbeat takes nothing')
    await ask('evm_mine')
    assert.equal((await block()).transactions.length, 2, 'the transaction, and what mined it')
    assert.equal(await ask('eth_getBalance', FRESH), '0x1')
    await ask('evm_setAutomine', true)
    assert.notEqual((await send({ to: FRESH, value: '0x1' })).receipt, null)
  })

  test('a transaction that waits can be dropped', async () => {
    await ask('evm_setAutomine', false)
    const { hash } = await send({ to: FRESH, value: '0x1' })
    await ask('hardhat_dropTransaction', hash)
    assert.equal(await ask('eth_getTransactionByHash', hash), null)
  })

  test('the next transaction is at the time that was set for it, whatever comes between', async () => {
    const wanted = (await time()) + 1_000
    await ask('evm_setNextBlockTimestamp', wanted)
    await ask('hardhat_setBalance', FRESH, '0x0')
    local.clock.time += 5_000
    await mine(local)
    assert.ok((await time()) <= wanted)
    await send({ to: FRESH, value: '0x1' })
    assert.equal(await time(), wanted)
    local.clock.time += 7_000
    await mine(local)
    assert.equal(await time(), wanted + 7)
    await assert.rejects(ask('evm_setNextBlockTimestamp', wanted), refused(/lower than the previous/))
    await ask('evm_mine', { timestamp: wanted + 50 })
    assert.equal(await time(), wanted + 50)
    await ask('evm_increaseTime', '0x3e8')
    await ask('evm_mine')
    assert.equal(await time(), wanted + 1_050)
    await ask('anvil_setBlockTimestampInterval', 12)
    await ask('anvil_mine', '0x2')
    assert.equal(await time(), wanted + 1_074)
    await ask('anvil_removeBlockTimestampInterval')
    await ask('hardhat_mine', '0x3', '0x64')
    assert.equal(await time(), wanted + 1_374)
  })

  test('fee, randomness, gas limit and coinbase are as they were set', async () => {
    const randao = `0x${'ab'.repeat(32)}`
    await ask('hardhat_setNextBlockBaseFeePerGas', '0x0')
    await ask('hardhat_setPrevRandao', randao)
    await ask('hardhat_setCoinbase', WHALE)
    await ask('evm_setBlockGasLimit', '0xf4240')
    assert.equal(await ask('eth_baseFee'), '0x0')
    await send({ to: FRESH, value: '0x1', maxFeePerGas: '0x0', maxPriorityFeePerGas: '0x0' })
    const first = await block()
    assert.deepEqual(
      [first.baseFeePerGas, first.mixHash, first.miner, first.gasLimit],
      ['0x0', randao, WHALE, '0xf4240'],
    )
    await ask('evm_mine')
    const second = await block()
    assert.deepEqual([second.miner, second.gasLimit], [WHALE, '0xf4240'])
    assert.notEqual(second.mixHash, randao)
  })

  test('whoever is impersonated needs no key, contracts included', async () => {
    await ask('hardhat_setBalance', WHALE, `0x${ETHER.toString(16)}`)
    await assert.rejects(ask('eth_sendTransaction', { from: WHALE, to: FRESH }), refused(/unknown account/))
    await ask('hardhat_impersonateAccount', WHALE)
    const { hash } = await send({ from: WHALE, to: FRESH, value: '0x5' })
    const found = await ask('eth_getTransactionByHash', hash)
    assert.deepEqual([found.from, found.type], [WHALE, '0x7d'])
    assert.equal(await ask('eth_getBalance', FRESH), '0x5')
    await ask('hardhat_stopImpersonatingAccount', WHALE)
    await assert.rejects(ask('eth_sendTransaction', { from: WHALE, to: FRESH }), refused(/unknown account/))

    await send({ data: DEPLOYMENT.data, gas: '0x1e8480' })
    await ask('anvil_autoImpersonateAccount', true)
    await ask('hardhat_setBalance', CONTRACT, `0x${ETHER.toString(16)}`)
    const { receipt } = await send({ from: CONTRACT, to: FRESH, value: '0x1', gas: '0x5208' })
    assert.equal(receipt.status, '0x1')
  })

  test('a snapshot comes back: state, time and what may be sent again', async () => {
    await send({ data: DEPLOYMENT.data, gas: '0x1e8480' })
    const root = (await block()).stateRoot
    const then = await time()
    const id = await ask('evm_snapshot')
    const sent = { ...transfer(FRESH, 5n), maxFeePerGas: '0x77359400', nonce: '0x1' }
    const first = await send(sent)
    await ask('evm_increaseTime', 1_000_000)
    await ask('hardhat_setStorageAt', CONTRACT, '0x99', `0x${'00'.repeat(31)}01`)
    await send({ data: DEPLOYMENT.data, gas: '0x1e8480' })
    assert.equal(await tokensOf(FRESH), 5n)

    assert.equal(await ask('evm_revert', id), true)
    assert.equal(await tokensOf(FRESH), 0n)
    assert.equal(await tokensOf(SENDER), SUPPLY)
    assert.equal(await time(), then)
    assert.notEqual((await block()).stateRoot, root, 'the protocol goes on counting')
    assert.equal(await ask('eth_getTransactionReceipt', first.hash), null)
    assert.deepEqual(await ask('eth_getLogs', { fromBlock: '0x3', address: CONTRACT }), [])

    const again = await send(sent)
    assert.equal(again.hash, first.hash)
    assert.ok(Number(again.receipt.blockNumber) > Number(first.receipt.blockNumber))
    assert.equal(await tokensOf(FRESH), 5n)
    await ask('hardhat_reset')
    assert.equal(await ask('eth_getCode', CONTRACT), '0x')
    assert.equal(await ask('eth_getTransactionCount', SENDER), '0x0')
    await assert.rejects(ask('evm_revert', '0xffff'), refused(/no block/))
  })

  test('another replica comes to the same from the blocks alone, and so does one that starts anew', async () => {
    await send({ data: DEPLOYMENT.data, gas: '0x1e8480' })
    const id = await ask('evm_snapshot')
    await send(transfer(FRESH, 5n))
    await ask('evm_setNextBlockTimestamp', (await time()) + 100)
    await send(transfer(WHALE, 5n))
    await ask('evm_revert', id)
    await send(transfer(WHALE, 7n))

    const { store } = local.application.chain
    const replica = await createLocalRollup({ spec: { devMethods: true } })
    let parent = replica.application.genesis
    for (let height = 1; height <= store.headHeight()!; height++) {
      const one = store.blockAt(height)!
      assert.equal(await replica.application.verify(one, parent), true, `block ${height}`)
      await replica.application.commit([one], store.certifiedFrom(height)!.certificate)
      parent = one
    }
    const { head } = local.application.chain
    assert.equal(replica.application.chain.head.hash, head.hash)

    const restarted = await createLocalRollup({ store: local.store, spec: { devMethods: true } })
    assert.equal(restarted.application.chain.head.state.root, head.state.root)
    assert.equal(restarted.application.chain.pastOf(head.hash, Number(id))?.undo.accounts.has(CONTRACT), true)
  })

  test('instructions have traces, in which nothing happens', async () => {
    await ask('hardhat_setBalance', FRESH, '0x64')
    await send({ to: FRESH, value: '0x1' })
    await ask('evm_mine')
    for (const number of ['0x1', '0x2', '0x3']) {
      const traces = (await ask('debug_traceBlockByNumber', number, { tracer: 'callTracer' })) as unknown as {
        result: Json
      }[]
      assert.deepEqual(
        traces.map(({ result }) => [result.to, result.error]),
        [[number === '0x2' ? FRESH : DEV_ADDRESS, undefined]],
      )
    }
  })

  test('nobody can pass for the dev account by other means', async () => {
    await ask('anvil_autoImpersonateAccount', true)
    await assert.rejects(
      ask('eth_sendTransaction', { from: DEV_ADDRESS, to: FRESH, gas: '0x5208', maxFeePerGas: '0x0' }),
      refused(/not a dev instruction/),
    )
  })
})
