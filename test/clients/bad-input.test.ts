/** What strangers send, to a real rollup through its stable URL: each is refused in the words of geth, and the chain goes on. */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, describe, test } from 'node:test'
import {
  concat,
  decodeRlp,
  encodeRlp,
  JsonRpcProvider,
  keccak256,
  stripZerosLeft,
  type TransactionLike,
  toBeHex,
  toQuantity,
  Wallet,
} from 'ethers'
import { WebSocket } from 'ws'
import { BAD_CALLS, BAD_MESSAGES, BAD_TRANSACTIONS, FRESH, request } from './bad-input-cases.ts'
import { type RollupNetwork, startRollup, TEST_TIMEOUT_MS } from './network.ts'

const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const MEBIBYTE = 1024 * 1024

interface RpcFailure {
  readonly code: number
  readonly message: string
}

interface Answer {
  readonly id?: unknown
  readonly result?: unknown
  readonly error?: RpcFailure
}

describe('bad input to a rollup', { timeout: TEST_TIMEOUT_MS }, () => {
  let network: RollupNetwork
  let provider: JsonRpcProvider
  /** Funded; each table has its own, so that none depends on another's nonces. */
  let wallets: Wallet[]

  before(async () => {
    network = await startRollup()
    provider = new JsonRpcProvider(network.rpcUrl, network.chainId, {
      staticNetwork: true,
      cacheTimeout: -1,
      pollingInterval: 50,
    })
    wallets = network.accounts.map(({ privateKey }) => new Wallet(privateKey, provider))
  })

  after(async () => {
    provider?.destroy()
    await network?.[Symbol.asyncDispose]()
  })

  const post = async (body: string): Promise<{ status: number; answer: Answer | Answer[] }> => {
    const response = await fetch(network.rpcUrl, { method: 'POST', body })
    return { status: response.status, answer: (await response.json()) as Answer }
  }
  const ask = async (method: string, ...params: unknown[]): Promise<Answer> =>
    (await post(request(method, params))).answer as Answer
  const goesOn = async (): Promise<void> => {
    const before = await provider.getBalance(FRESH)
    const receipt = await (await wallets[0]!.sendTransaction({ to: FRESH, value: 1n })).wait()
    assert.equal(receipt?.status, 1)
    assert.equal(await provider.getBalance(FRESH), before + 1n)
  }

  describe('as a message', () => {
    for (const [title, body, code] of BAD_MESSAGES) {
      test(`refuses ${title}`, async () => {
        assert.equal(((await post(body)).answer as Answer).error?.code, code)
      })
    }

    test('refuses a body that is too large', async () => {
      const { status, answer } = await post(request('eth_call', ['x'.repeat(6 * MEBIBYTE)]))
      assert.deepEqual([status, (answer as Answer).error?.code], [413, -32600])
    })

    test('answers the good ones of a batch', async () => {
      const { answer } = await post(`[17,${request('eth_none', [])},${request('eth_chainId', [])}]`)
      assert.deepEqual(
        (answer as Answer[]).map(({ id, result, error }) => [id, error?.code ?? result]),
        [
          [null, -32600],
          [1, -32601],
          [1, toQuantity(network.chainId)],
        ],
      )
    })

    test('answers as long a batch as clients send', async () => {
      const { answer } = await post(
        `[${Array(1_000)
          .fill(request('eth_getBalance', [FRESH]))
          .join()}]`,
      )
      assert.equal((answer as Answer[]).filter(({ result }) => typeof result === 'string').length, 1_000)
    })

    test('refuses it over a WebSocket too, and goes on', async () => {
      const socket = new WebSocket(network.wsUrl)
      await once(socket, 'open')
      const heard = async () => JSON.parse(String((await once(socket, 'message'))[0])) as Answer
      socket.send('{"jsonrpc"')
      assert.equal((await heard()).error?.code, -32700)
      socket.send(request('eth_subscribe', ['everything']))
      assert.equal((await heard()).error?.code, -32602)
      socket.send(request('eth_chainId', []))
      assert.equal((await heard()).result, toQuantity(network.chainId))
      socket.send('x'.repeat(6 * MEBIBYTE))
      const [closedWith] = await once(socket, 'close')
      assert.equal(closedWith, 1009)
    })

    test('answers all the while', goesOn)
  })

  describe('as a method or parameters', () => {
    for (const method of ['eth_unheardOf', 'engine_newPayloadV4', 'toString', '__proto__', '']) {
      test(`knows no method "${method}"`, async () => {
        assert.deepEqual((await ask(method)).error, {
          code: -32601,
          message: `the method ${method} does not exist/is not available`,
        })
      })
    }

    for (const [title, method, params, code, message] of BAD_CALLS) {
      test(`${method} refuses ${title}`, async () => {
        const { error } = await ask(method, ...params)
        assert.equal(error?.code, code, JSON.stringify(error))
        assert.match(error.message, message)
      })
    }

    test('answers all the while', goesOn)
  })

  describe('as a transaction', () => {
    const fields = async (sender: Wallet, change: TransactionLike): Promise<TransactionLike> => ({
      chainId: network.chainId,
      type: 2,
      nonce: await sender.getNonce(),
      to: FRESH,
      gasLimit: 21_000,
      maxFeePerGas: 10n ** 10n,
      maxPriorityFeePerGas: 10n,
      ...change,
    })
    const sign = async (sender: Wallet, change: TransactionLike) =>
      sender.signTransaction(await fields(sender, change))
    const send = (raw: string) => ask('eth_sendRawTransaction', raw)

    for (const [title, change, message] of BAD_TRANSACTIONS) {
      test(`refuses one ${title}`, async () => {
        const { error } = await send(await sign(wallets[1]!, change))
        assert.equal(error?.code, -32000)
        assert.match(error.message, message)
      })
    }

    test('refuses one that was sent before its time', async () => {
      await (await wallets[1]!.sendTransaction({ to: FRESH, value: 1n })).wait()
      const { error } = await send(await sign(wallets[1]!, { nonce: 0, value: 2n }))
      assert.deepEqual(error, { code: -32000, message: 'nonce too low: next nonce 1, tx nonce 0' })
    })

    test('refuses signatures that are none', async () => {
      const raw = await sign(wallets[2]!, {})
      const signed = decodeRlp(`0x${raw.slice(4)}`) as string[]
      const [parity, r, s] = signed.slice(-3) as [string, string, string]
      const withSignature = (...signature: string[]) =>
        concat(['0x02', encodeRlp([...signed.slice(0, -3), ...signature])])
      const flipped = parity === '0x' ? '0x01' : '0x'
      const forgeries: [string, RegExp][] = [
        [withSignature(parity, '0x', s), /^invalid transaction v, r, s values$/],
        [withSignature(parity, r, '0x'), /^invalid transaction v, r, s values$/],
        [withSignature('0x02', r, s), /^invalid transaction v, r, s values$/],
        [withSignature(flipped, r, toBeHex(CURVE_ORDER - BigInt(s))), /^invalid transaction v, r, s values$/],
        [withSignature(parity, toBeHex(CURVE_ORDER), s), /^invalid/],
        // It recovers to somebody else, who has nothing.
        [withSignature(flipped, r, s), /^insufficient funds/],
      ]
      for (const [forged, message] of forgeries) {
        const { error } = await send(forged)
        assert.equal(error?.code, -32000)
        assert.match(error.message, message)
      }
    })

    test('refuses one whose tip is above its fee cap', async () => {
      const raw = await sign(wallets[2]!, {})
      // ethers doesn't sign such a thing.
      const unsigned = (decodeRlp(`0x${raw.slice(4)}`) as string[]).slice(0, -3).with(2, toBeHex(10n ** 11n))
      const digest = keccak256(concat(['0x02', encodeRlp(unsigned)]))
      const { yParity, r, s } = wallets[2]!.signingKey.sign(digest)
      const signature = [yParity === 0 ? '0x' : '0x01', stripZerosLeft(r), stripZerosLeft(s)]
      const { error } = await send(concat(['0x02', encodeRlp([...unsigned, ...signature])]))
      assert.equal(error?.message, 'max priority fee per gas higher than max fee per gas')
    })

    test('refuses bytes that are no transaction', async () => {
      const raw = await sign(wallets[2]!, {})
      const signed = decodeRlp(`0x${raw.slice(4)}`) as string[]
      const garbage = [
        '0x',
        '0x00',
        '0x7f',
        '0xc0',
        '0x02',
        '0x02c0',
        '0xffffffffffffffffff',
        `0x02${'c1'.repeat(5_000)}`,
        raw.slice(0, -2),
        `${raw}00`,
        concat(['0x02', encodeRlp([...signed, '0x'])]),
        concat(['0x02', encodeRlp(['0x00', ...signed.slice(1)])]),
        concat(['0x02', encodeRlp([...signed.slice(0, 5), '0x1234', ...signed.slice(6)])]),
      ]
      for (const bytes of garbage) {
        const { error } = await send(bytes)
        assert.equal(error?.code, -32000, `${bytes.slice(0, 40)}: ${JSON.stringify(error)}`)
      }
    })

    test('lets one wait for the nonces before it', async () => {
      const sender = wallets[3]!
      const ahead = (await send(await sign(sender, { nonce: 1 }))).result as string
      assert.equal((await provider.getTransaction(ahead))!.blockNumber, null)
      assert.equal(await sender.getNonce('pending'), 0)
      await send(await sign(sender, { nonce: 0 }))
      assert.equal((await provider.waitForTransaction(ahead))!.status, 1)
      assert.equal(await sender.getNonce(), 2)
    })

    test('lets one wait that does not pay the base fee, until it is replaced', async () => {
      const sender = wallets[4]!
      const stingy = { maxFeePerGas: 1n, maxPriorityFeePerGas: 1n }
      const waiting = (await send(await sign(sender, stingy))).result as string
      await goesOn()
      assert.equal(await provider.getTransactionReceipt(waiting), null)
      assert.equal(await sender.getNonce('pending'), 1)
      const underpriced = await send(await sign(sender, { ...stingy, value: 1n }))
      assert.deepEqual(underpriced.error, { code: -32000, message: 'replacement transaction underpriced' })
      const better = (await send(await sign(sender, {}))).result as string
      assert.equal((await provider.waitForTransaction(better))!.status, 1)
      assert.equal(await provider.getTransaction(waiting), null)
    })

    test('answers one that is known with its hash', async () => {
      const raw = await sign(wallets[5]!, {})
      const { result } = await send(raw)
      assert.equal((await send(raw)).result, result)
      await provider.waitForTransaction(result as string)
      assert.equal((await send(raw)).result, result)
    })

    test('answers all the while', goesOn)
  })
})
