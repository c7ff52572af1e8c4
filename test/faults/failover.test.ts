/** The node that serves a rollup's stable URL is killed, and killed again: its users, their subscriptions and filters notice nothing. */

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ContractFactory, Interface, JsonRpcProvider, Wallet } from 'ethers'
import { WebSocket } from 'ws'
import { TEST_TIMEOUT_MS } from '../clients/network.ts'
import { servingSeat } from '../clients/serving-seat.ts'
import { compileToken } from '../clients/token.ts'
import { call, eventually, FaultyNetwork } from './network.ts'

const RECEIVER = `0x${'bb'.repeat(20)}`
const SENDERS = 2
const READERS = 4
const RECEIPT_TIMEOUT_MS = 60_000

interface Log {
  readonly data: string
}

/** Programs that send and read without a pause, and write down all that they are told. */
class Users {
  /** Values of the transfers whose receipt was seen; each is sent once. */
  readonly confirmed: bigint[] = []
  readonly failures: string[] = []
  /** By reader. */
  readonly heads: number[][] = []
  readonly #url: string
  readonly #done: Promise<unknown>
  #stopped = false
  #values = 0n

  constructor(
    url: string,
    wallets: readonly Wallet[],
    chainId: number,
    token: { address: string; abi: Interface },
  ) {
    this.#url = url
    const senders = wallets.map((wallet) => this.#send(wallet, chainId, token))
    const readers = Array.from({ length: READERS }, () => this.#read(token))
    this.#done = Promise.all([...senders, ...readers])
  }

  async more(count: number): Promise<void> {
    const target = this.confirmed.length + count
    await eventually(async () => this.confirmed.length >= target, 60_000)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#done
  }

  async #send(wallet: Wallet, chainId: number, { address, abi }: { address: string; abi: Interface }) {
    const first = Number(await this.#ask<string>('eth_getTransactionCount', [wallet.address, 'latest']))
    for (let nonce = first; !this.#stopped; nonce++) {
      const value = ++this.#values
      const data = abi.encodeFunctionData('transfer', [RECEIVER, value])
      const fees = { type: 2, gasLimit: 100_000, maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 1n }
      const raw = await wallet.signTransaction({ chainId, nonce, to: address, data, ...fees })
      const hash = await this.#ask<string>('eth_sendRawTransaction', [raw])
      const lostAt = Date.now() + RECEIPT_TIMEOUT_MS
      while ((await this.#ask('eth_getTransactionReceipt', [hash])) === null) {
        if (Date.now() < lostAt) continue
        this.failures.push(`transaction ${hash} is lost`)
        return
      }
      this.confirmed.push(value)
    }
  }

  async #read({ address, abi }: { address: string; abi: Interface }) {
    const heads: number[] = []
    this.heads.push(heads)
    const data = abi.encodeFunctionData('balanceOf', [RECEIVER])
    while (!this.#stopped) {
      heads.push(Number(await this.#ask<string>('eth_blockNumber', [])))
      await this.#ask('eth_call', [{ to: address, data }, 'latest'])
      const block = await this.#ask<{ number: string }>('eth_getBlockByNumber', ['latest', false])
      heads.push(Number(block!.number))
    }
  }

  /** Makes no second attempt: whoever asks through the gateway needn't. */
  async #ask<Result>(method: string, params: unknown[]): Promise<Result | null> {
    try {
      return await call<Result>(this.#url, method, params)
    } catch (cause) {
      this.failures.push((cause as Error).message)
      return null
    }
  }
}

const options = { skip: process.platform !== 'linux', timeout: TEST_TIMEOUT_MS }

describe('users of a rollup whose serving node is killed', options, () => {
  const network = new FaultyNetwork()
  const pushed = { heads: [] as number[], values: [] as bigint[] }
  let url: string
  let users: Users
  let socket: WebSocket
  let filters: { logs: string; blocks: string; pending: string }
  const polled = { values: [] as bigint[], blocks: [] as string[], pending: [] as string[] }

  before(async () => {
    const { rollups, accounts } = await network.up('--rollup', 'app')
    const { rpcUrl, chainId } = rollups[0]!
    url = rpcUrl
    const token = await deployToken(url, chainId, accounts)
    const wallets = accounts.slice(0, SENDERS).map(({ privateKey }) => new Wallet(privateKey))
    socket = await subscribe(url, token.address)
    filters = {
      logs: await call(url, 'eth_newFilter', [{ address: token.address }]),
      blocks: await call(url, 'eth_newBlockFilter'),
      pending: await call(url, 'eth_newPendingTransactionFilter'),
    }
    users = new Users(url, wallets, chainId, token)
    await users.more(10)
  })

  after(async () => {
    await users?.stop()
    socket?.terminate()
    await network[Symbol.asyncDispose]()
  })

  /** Notes what both subscriptions tell, from the moment on when they stand. */
  async function subscribe(rpcUrl: string, address: string): Promise<WebSocket> {
    const socket = new WebSocket(rpcUrl.replace('http', 'ws'))
    const accepted: unknown[] = []
    socket.on('message', (data) => {
      const { id, params } = JSON.parse(String(data))
      if (id !== undefined) accepted.push(id)
      else if (params.result.logsBloom !== undefined) pushed.heads.push(Number(params.result.number))
      else pushed.values.push(BigInt((params.result as Log).data))
    })
    socket.on('open', () => {
      for (const [id, params] of [['newHeads'], ['logs', { address }]].entries())
        socket.send(JSON.stringify({ jsonrpc: '2.0', id, method: 'eth_subscribe', params }))
    })
    await eventually(async () => accepted.length === 2, 10_000)
    return socket
  }

  async function poll(): Promise<void> {
    const logs = await call<Log[]>(url, 'eth_getFilterChanges', [filters.logs])
    polled.values.push(...logs.map(({ data }) => BigInt(data)))
    polled.blocks.push(...(await call<string[]>(url, 'eth_getFilterChanges', [filters.blocks])))
    polled.pending.push(...(await call<string[]>(url, 'eth_getFilterChanges', [filters.pending])))
  }

  async function killServing(): Promise<number> {
    const { validator } = servingSeat(network.rollup().committee)
    await network.kill(network.pidOf(validator))
    return validator
  }

  test('the serving node dies, and everything goes on', async () => {
    const killed = await killServing()
    await users.more(20)
    await poll()
    assert.deepEqual(users.failures, [])
    const pendingBefore = polled.pending.length
    await users.more(5)
    await poll()
    assert.ok(polled.pending.length > pendingBefore, 'pending transactions are told by the next node')
    await network.restart(killed)
    await users.more(20)
  })

  test('the next one dies as soon as the first is back', async () => {
    const { rpcUrl } = network.rollup()
    await eventually(async () => {
      const head = Number(await call(rpcUrl, 'eth_blockNumber'))
      const seats = network.rollup().committee.map((seat) => heightOf(seat.rpcUrl))
      return (await Promise.all(seats)).every((height) => height >= head)
    }, 30_000)
    await killServing()
    await users.more(20)
  })

  test('nobody was told of an error, or of an older head than before', async () => {
    await users.stop()
    assert.deepEqual(users.failures, [])
    for (const heads of users.heads) {
      assert.deepEqual(
        heads,
        heads.toSorted((a, b) => a - b),
      )
    }
  })

  test('subscriptions and filters have told everything once', async () => {
    const ascending = (values: readonly bigint[]) => values.toSorted((a, b) => (a < b ? -1 : 1))
    const confirmed = ascending(users.confirmed)
    const last = Number(await call(url, 'eth_blockNumber'))
    await eventually(async () => pushed.heads.at(-1)! >= last, 10_000)
    await poll()
    assert.deepEqual(ascending(pushed.values), confirmed)
    assert.deepEqual(ascending(polled.values), confirmed)
    assert.deepEqual(
      pushed.heads,
      pushed.heads.map((_, i) => pushed.heads[0]! + i),
    )
    const first = await call<{ number: string }>(url, 'eth_getBlockByHash', [polled.blocks[0], false])
    const hashes = await Promise.all(polled.blocks.map((_, i) => blockHash(url, Number(first.number) + i)))
    assert.deepEqual(polled.blocks, hashes)
  })
})

async function deployToken(
  url: string,
  chainId: number,
  accounts: readonly { address: string; privateKey: string }[],
): Promise<{ address: string; abi: Interface }> {
  const provider = new JsonRpcProvider(url, chainId, {
    staticNetwork: true,
    cacheTimeout: -1,
    pollingInterval: 50,
  })
  try {
    const { abi, bytecode } = compileToken()
    const owner = new Wallet(accounts[0]!.privateKey, provider)
    const token = await new ContractFactory(abi, bytecode, owner).deploy(10n ** 24n)
    const address = await (await token.waitForDeployment()).getAddress()
    const transfer = token.getFunction('transfer')
    for (const { address: sender } of accounts.slice(1, SENDERS)) {
      await (await transfer.send(sender, 10n ** 20n)).wait()
    }
    return { address, abi: new Interface(abi) }
  } finally {
    provider.destroy()
  }
}

/** -1 while nobody answers. */
async function heightOf(url: string | null): Promise<number> {
  if (url === null) return -1
  return call<string>(url, 'eth_blockNumber').then(Number, () => -1)
}

async function blockHash(url: string, height: number): Promise<string> {
  return (await call<{ hash: string }>(url, 'eth_getBlockByNumber', [`0x${height.toString(16)}`, false])).hash
}
