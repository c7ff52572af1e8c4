/** What a program with ethers 6 does on a rollup, through its stable URL. */

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  BaseContract,
  ContractFactory,
  type ContractTransactionReceipt,
  type ContractTransactionResponse,
  isError,
  JsonRpcProvider,
  NonceManager,
  parseEther,
  Wallet,
  WebSocketProvider,
} from 'ethers'
import { type RollupNetwork, startRollup, TEST_TIMEOUT_MS } from './network.ts'
import { compileToken } from './token.ts'
import { Collected, repeatUntil, untilFinal } from './waiting.ts'

const SUPPLY = parseEther('1000000')
const FRESH = `0x${'77'.repeat(20)}`
const IN_FLIGHT = 50

describe('ethers on a rollup', { timeout: TEST_TIMEOUT_MS }, () => {
  let network: RollupNetwork
  let provider: JsonRpcProvider
  let signer: NonceManager
  let token: BaseContract

  before(async () => {
    network = await startRollup()
    provider = new JsonRpcProvider(network.rpcUrl, network.chainId, {
      staticNetwork: true,
      cacheTimeout: -1,
      pollingInterval: 50,
    })
    signer = new NonceManager(new Wallet(network.accounts[0]!.privateKey, provider))
    const { abi, bytecode } = compileToken()
    token = await new ContractFactory(abi, bytecode, signer).deploy(SUPPLY)
    await token.waitForDeployment()
  })

  after(async () => {
    provider?.destroy()
    await network?.[Symbol.asyncDispose]()
  })

  const method = (name: string) => token.getFunction(name)
  const transfer = (value: bigint, to = FRESH): Promise<ContractTransactionResponse> =>
    method('transfer').send(to, value)
  const confirmed = async (sent: ContractTransactionResponse): Promise<ContractTransactionReceipt> => {
    const receipt = await sent.wait()
    assert.equal(receipt?.status, 1)
    return receipt
  }
  const balanceOf = (account: string): Promise<bigint> => method('balanceOf').staticCall(account)

  test('deploys a token and transfers it', async () => {
    assert.equal(await balanceOf(network.accounts[0]!.address), SUPPLY)
    const receipt = await confirmed(await transfer(7n))
    assert.equal(receipt.to, await token.getAddress())
    assert.equal(await balanceOf(FRESH), 7n)
  })

  test('finds events by filter', async () => {
    const receipt = await confirmed(await transfer(8n))
    const filter = token.getEvent('Transfer')(null, FRESH)
    const found = await token.queryFilter(filter, receipt.blockNumber, receipt.blockNumber)
    assert.deepEqual(
      found.map((log) => [log.transactionHash, 'args' in log && log.args.value]),
      [[receipt.hash, 8n]],
    )
    assert.deepEqual(await token.queryFilter(token.getEvent('Transfer')(FRESH), 0), [])
  })

  test('is told of events over a polled filter', async () => {
    const values = new Collected<bigint>()
    await token.on('Transfer', (_from, _to, value: bigint) => values.add(value))
    await confirmed(await transfer(11n))
    await confirmed(await transfer(12n))
    assert.deepEqual(await values.next(2), [11n, 12n])
    await token.off('Transfer')
  })

  test('is told of events and blocks by subscription', async () => {
    const socket = new WebSocketProvider(network.wsUrl, network.chainId, { staticNetwork: true })
    const values = new Collected<bigint>()
    const blocks = new Collected<number>()
    const subscribed = Promise.withResolvers<void>()
    const listening = new BaseContract(await token.getAddress(), token.interface, socket)
    await listening.on('Transfer', (_from, _to, value: bigint) => {
      if (value === 0n) subscribed.resolve()
      else values.add(value)
    })
    await socket.on('block', (number: number) => blocks.add(number))
    await repeatUntil(subscribed.promise, async () => confirmed(await transfer(0n)))
    const sent = await Promise.all([21n, 22n, 23n, 24n, 25n].map((value) => transfer(value)))
    const receipts = await Promise.all(sent.map(confirmed))
    assert.deepEqual(await values.next(5), [21n, 22n, 23n, 24n, 25n])
    const last = Math.max(...receipts.map(({ blockNumber }) => blockNumber))
    const heights: number[] = []
    while (heights.at(-1) !== last) heights.push(...(await blocks.next(1)))
    assert.deepEqual(
      heights,
      heights.map((_, i) => heights[0]! + i),
    )
    await socket.destroy()
  })

  test('sends one after another, each on what the one before left', async () => {
    const before = await balanceOf(FRESH)
    for (let i = 1n; i <= 5n; i++) {
      await confirmed(await transfer(1n))
      assert.equal(await balanceOf(FRESH), before + i)
    }
  })

  test('has fifty transactions in flight at once, and counts their nonces', async () => {
    const wallet = new Wallet(network.accounts[0]!.privateKey, provider)
    const first = await wallet.getNonce()
    signer.reset()
    const sent = await Promise.all(Array.from({ length: IN_FLIGHT }, (_, i) => transfer(BigInt(i))))
    assert.equal(await wallet.getNonce('pending'), first + IN_FLIGHT)
    const receipts = await Promise.all(sent.map(confirmed))
    assert.equal(await wallet.getNonce(), first + IN_FLIGHT)
    const order = (receipt: ContractTransactionReceipt) => receipt.blockNumber * 1_000 + receipt.index
    const places = receipts.map(order)
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    )
    assert.equal(new Set(places).size, IN_FLIGHT)
  })

  test('has many senders in flight at once', async () => {
    const senders = network.accounts.slice(1, 6).map(({ privateKey }) => new Wallet(privateKey, provider))
    const fresh = Wallet.createRandom().address
    const sent = await Promise.all(
      senders.flatMap((wallet) => {
        const managed = new NonceManager(wallet)
        return Array.from({ length: 10 }, () => managed.sendTransaction({ to: fresh, value: 3n }))
      }),
    )
    await Promise.all(sent.map((transaction) => transaction.wait()))
    assert.equal(await provider.getBalance(fresh), 150n)
  })

  test('batches calls', async () => {
    const batched = new JsonRpcProvider(network.rpcUrl, network.chainId, {
      staticNetwork: true,
      batchStallTime: 20,
      batchMaxCount: 100,
    })
    const addresses = Array.from({ length: 60 }, (_, i) => `0x${(i + 1).toString(16).padStart(40, '0')}`)
    const [number, nonces, missing] = await Promise.all([
      batched.getBlockNumber(),
      Promise.all(addresses.map((address) => batched.getTransactionCount(address))),
      batched.send('eth_unheardOf', []).catch((error: unknown) => error),
    ])
    assert.ok(number > 0)
    assert.deepEqual(new Set(nonces), new Set([0]))
    assert.ok(isError(missing, 'UNSUPPORTED_OPERATION'))
    batched.destroy()
  })

  test("sees a revert's text", async () => {
    await confirmed(await method('claim').send())
    for (const attempt of [method('claim').staticCall, method('claim').send, method('claim').estimateGas]) {
      await assert.rejects(
        attempt(),
        (error) => isError(error, 'CALL_EXCEPTION') && error.reason === 'claimed already',
      )
    }
    signer.reset()
  })

  test("decodes OpenZeppelin's errors", async () => {
    const holder = await signer.getAddress()
    await assert.rejects(method('transfer').staticCall(FRESH, SUPPLY * 2n), (error) => {
      assert.ok(isError(error, 'CALL_EXCEPTION'))
      assert.equal(error.revert?.name, 'ERC20InsufficientBalance')
      assert.deepEqual([error.revert.args[0], error.revert.args[2]], [holder, SUPPLY * 2n])
      return true
    })
  })

  test('has a failed transaction in a block, with its status', async () => {
    const sent = await method('transfer').send(FRESH, SUPPLY * 2n, { gasLimit: 200_000 })
    await assert.rejects(
      sent.wait(),
      (error) => isError(error, 'CALL_EXCEPTION') && error.receipt?.status === 0,
    )
    assert.equal((await provider.getTransactionReceipt(sent.hash))?.status, 0)
  })

  test('sees `safe` and `finalized` climb past its transaction', async () => {
    const { blockNumber, hash } = await confirmed(await transfer(1n))
    await untilFinal((method, params) => provider.send(method, params), hash)
    const [latest, safe, finalized] = await Promise.all(
      ['latest', 'safe', 'finalized'].map(async (tag) => (await provider.getBlock(tag))!.number),
    )
    assert.ok(
      finalized! >= blockNumber,
      `${finalized} is finalized, and the transaction is in ${blockNumber}`,
    )
    assert.ok(safe! >= finalized! && latest! >= safe!)
    assert.equal(
      await method('balanceOf').staticCall(FRESH, { blockTag: 'finalized' }),
      await balanceOf(FRESH),
    )
  })
})
