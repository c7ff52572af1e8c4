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
import { type RollupNetwork, startRollup } from './network.ts'

const FRESH = `0x${'aa'.repeat(20)}`
const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const MEBIBYTE = 1024 * 1024
const LEGACY = { type: 0, gasPrice: 10n ** 10n, maxFeePerGas: null, maxPriorityFeePerGas: null }

interface RpcFailure {
  readonly code: number
  readonly message: string
}

interface Answer {
  readonly id?: unknown
  readonly result?: unknown
  readonly error?: RpcFailure
}

describe('bad input to a rollup', () => {
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
    const messages: [string, string, number][] = [
      ['nothing', '', -32700],
      ['half an object', '{"jsonrpc":"2.0","method":', -32700],
      ['text', 'eth_chainId', -32700],
      ['a number', '17', -32600],
      ['null', 'null', -32600],
      ['an empty batch', '[]', -32600],
      ['another version', '{"jsonrpc":"1.0","id":1,"method":"eth_chainId","params":[]}', -32600],
      ['no version', '{"id":1,"method":"eth_chainId","params":[]}', -32600],
      ['a method that is no text', '{"jsonrpc":"2.0","id":1,"method":7}', -32600],
      ['an id that is an object', '{"jsonrpc":"2.0","id":{},"method":"eth_chainId"}', -32600],
      ['a batch that is too long', `[${Array(1_001).fill(request('eth_chainId', [])).join()}]`, -32600],
      ['deep nesting', nested(100_000), -32600],
      [
        'a call nested deeply',
        `{"jsonrpc":"2.0","id":1,"method":"eth_call","params":${nested(5_000)}}`,
        -32600,
      ],
      ['parameters by name', '{"jsonrpc":"2.0","id":1,"method":"eth_getBalance","params":{"a":1}}', -32602],
      ['filter parameters by name', '{"jsonrpc":"2.0","id":1,"method":"eth_newFilter","params":{}}', -32602],
    ]
    for (const [title, body, code] of messages) {
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

    const hash = `0x${'11'.repeat(32)}`
    const calls: [string, string, unknown[], number, RegExp][] = [
      ['no address', 'eth_getBalance', [], -32602, /address/],
      ['a short address', 'eth_getBalance', ['0x12', 'latest'], -32602, /address/],
      ['an unknown tag', 'eth_getBalance', [FRESH, 'soon'], -32602, /block/],
      ['an unknown tag', 'eth_getBlockByNumber', ['newest', false], -32602, /block/],
      ['a decimal block number', 'eth_getBlockByNumber', ['12', false], -32602, /block/],
      ['a number with leading zeros', 'eth_getBlockByNumber', ['0x01', false], -32602, /quantity/],
      ['a negative number', 'eth_getBlockByNumber', [-1, false], -32602, /block/],
      [
        'a block that is not there yet',
        'eth_getBalance',
        [FRESH, '0xffffffff'],
        -32000,
        /^header not found$/,
      ],
      [
        'a block hash that is not there',
        'eth_call',
        [{ to: FRESH }, hash],
        -32000,
        /^header for hash not found$/,
      ],
      ['a short hash', 'eth_getTransactionReceipt', ['0x1234'], -32602, /hash/],
      ['no call', 'eth_call', [], -32602, /transaction/],
      ['call data that is no hex', 'eth_call', [{ to: FRESH, data: '0xzz' }], -32602, /data/],
      [
        'data that differ',
        'eth_call',
        [{ to: FRESH, data: '0x01', input: '0x02' }],
        -32602,
        /input and data/,
      ],
      ['a transaction that is no hex', 'eth_sendRawTransaction', ['transaction'], -32602, /transaction/],
      ['no transaction', 'eth_sendRawTransaction', [], -32602, /transaction/],
      ['a key that is too long', 'eth_getStorageAt', [FRESH, `0x${'1'.repeat(65)}`], -32602, /slot/],
      ['percentiles in disorder', 'eth_feeHistory', ['0x1', 'latest', [50, 10]], -32602, /percentiles/],
      ['an unknown filter', 'eth_getFilterChanges', ['0x1'], -32000, /^filter not found$/],
      ['criteria that are no object', 'eth_newFilter', [7], -32602, /criteria/],
      ['a subscription over HTTP', 'eth_subscribe', ['newHeads'], -32000, /^notifications not supported/],
      ['an account of nobody', 'eth_sendTransaction', [{ from: FRESH }], -32000, /^unknown account/],
      [
        'reversed ranges',
        'eth_getLogs',
        [{ fromBlock: '0x1', toBlock: '0x0' }],
        -32602,
        /^invalid block range/,
      ],
      ['ranges beyond the head', 'eth_getLogs', [{ toBlock: '0xffffff' }], -32602, /beyond current head/],
      ['a block and a range', 'eth_getLogs', [{ blockHash: hash, fromBlock: '0x0' }], -32602, /fromBlock/],
      ['logs of an unknown block', 'eth_getLogs', [{ blockHash: hash }], -32000, /not found$/],
      ['too many addresses', 'eth_getLogs', [{ address: Array(300).fill(FRESH) }], -32602, /address/],
      ['too many topics', 'eth_getLogs', [{ topics: [[], [], [], [], []] }], -32602, /topics/],
      ['too many slots', 'eth_getProof', [FRESH, Array(1_001).fill('0x0')], -32602, /slots/],
      [
        'value that nobody has',
        'eth_call',
        [{ from: FRESH, to: FRESH, value: toQuantity(2n ** 200n) }],
        -32000,
        /^insufficient funds/,
      ],
    ]
    for (const [title, method, params, code, message] of calls) {
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

    const refused: [string, TransactionLike, RegExp][] = [
      ['for another chain', { chainId: 1 }, /^invalid chain id for signer: have 1 want 7700001$/],
      ['of another chain, in the old format', { ...LEGACY, chainId: 1 }, /^invalid chain id for signer/],
      ['without replay protection', { ...LEGACY, chainId: 0 }, /^only replay-protected \(EIP-155\)/],
      [
        'with too little gas',
        { gasLimit: 20_999 },
        /^intrinsic gas too low: gas 20999, minimum needed 21000$/,
      ],
      [
        'with too little gas for its data',
        { gasLimit: 25_000, data: `0x${'01'.repeat(200)}` },
        /^insufficient gas for floor data gas cost/,
      ],
      ['above the block gas limit', { gasLimit: 2n ** 40n }, /^exceeds block gas limit$/],
      ['whose value nobody has', { value: 10n ** 30n }, /^insufficient funds for gas \* price \+ value/],
      [
        'whose fee nobody can pay',
        { maxFeePerGas: 10n ** 30n },
        /^insufficient funds for gas \* price \+ value/,
      ],
      [
        'with too much initcode',
        { to: null, gasLimit: 5_000_000, data: `0x${'00'.repeat(49_153)}` },
        /^max initcode size exceeded: code size 49153, limit 49152$/,
      ],
      ['larger than a block', { gasLimit: 5_000_000, data: `0x${'00'.repeat(60_000)}` }, /^oversized data/],
      [
        'with blobs',
        { type: 3, blobVersionedHashes: [`0x01${'00'.repeat(31)}`], maxFeePerBlobGas: 1n },
        /^transaction type not supported/,
      ],
      ['far ahead of its account', { nonce: 5_000 }, /^nonce too high/],
    ]
    for (const [title, change, message] of refused) {
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

function request(method: string, params: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
}

function nested(depth: number): string {
  return `${'['.repeat(depth)}${']'.repeat(depth)}`
}
