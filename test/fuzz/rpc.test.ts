/**
 * JSON-RPC of a rollup and of the Beacon Layer on real servers, over HTTP and WebSocket: whatever comes in, each request is answered once,
 * in JSON-RPC 2.0, with a code that says what is wrong with it; no method fails inside, and the servers go on.
 */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { HDNodeWallet } from 'ethers'
import fc from 'fast-check'
import { WebSocket } from 'ws'
import { createBeaconMethods } from '../../src/beacon/rpc.ts'
import type { Logger } from '../../src/platform/ports.ts'
import { systemRandom } from '../../src/platform/system.ts'
import { fromHex, toHex } from '../../src/primitives/bytes.ts'
import { RUNGS } from '../../src/primitives/ladder.ts'
import { confirmBlock } from '../../src/rollup/confirm.ts'
import { confirmationToJson } from '../../src/rollup/confirmation-json.ts'
import { isOriginAllowed } from '../../src/rpc/origins.ts'
import * as params from '../../src/rpc/params.ts'
import { parseIncoming } from '../../src/rpc/request.ts'
import { RpcError } from '../../src/rpc/rpc-error.ts'
import { type Methods, type RpcServer, startRpcServer } from '../../src/rpc/server.ts'
import { advanceTo, createGenesis, rollupSpec, startNode } from '../beacon/fixture.ts'
import {
  CHAIN_ID,
  createLocalMethods,
  createLocalRollup,
  DEV_MNEMONIC,
  mine,
} from '../rollup/local-rollup.ts'
import { bytesOf, junk, strange } from './bytes.ts'
import { anyJson, deepText, type Json, jsonText, mutatedJson } from './json.ts'
import { decodedOrRefused, fuzz, measured } from './support.ts'

const isRpcError = (error: unknown) => error instanceof RpcError

const failures: string[] = []
const logger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error: (fields, message) => void failures.push(`${message}: ${JSON.stringify(fields)}`),
  child: () => logger,
}

const account = HDNodeWallet.fromPhrase(DEV_MNEMONIC)

/** Mostly as it should be. */
const mostly = (good: fc.Arbitrary<Json>): fc.Arbitrary<Json> =>
  fc.oneof({ arbitrary: good, weight: 15 }, anyJson)
const optionalFields = (fields: Record<string, fc.Arbitrary<Json>>): fc.Arbitrary<Json> =>
  fc.record(fields, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<Json>

const LARGEST = `0x${'f'.repeat(64)}`
const quantity = fc.oneof(
  { arbitrary: fc.constantFrom<Json>('0x0', '0x1', '0x5208', '0x186a0', '0x3b9aca00'), weight: 4 },
  fc.constantFrom<Json>(LARGEST, '0x1fffffffffffff', '0x20000000000000', '0xffffffffffffffff'),
)
const slot = fc.oneof(
  fc.constantFrom<Json>('0x0', '0x1', LARGEST),
  bytesOf(32).map((bytes): Json => toHex(bytes)),
)
const address = fc.oneof(
  fc.constant<Json>(account.address),
  bytesOf(20).map((bytes): Json => toHex(bytes)),
  // Precompiles, and what lies around them.
  fc.integer({ min: 1, max: 0x110 }).map((n): Json => `0x${n.toString(16).padStart(40, '0')}`),
)
/** Instructions one after another: pushed words, and every operation there is, calls and creations among them. */
const code = fc
  .array(
    fc.oneof(
      fc.nat(255).map((op) => [op]),
      fc
        .tuple(fc.constantFrom(1, 2, 4, 20, 32), fc.uint8Array({ minLength: 32, maxLength: 32 }))
        .map(([size, word]) => [0x5f + size, ...word.slice(0, size)]),
      fc.constantFrom([0x5f], [0x60, 0x20], [0x30], [0x5a], [0x80], [0x3d]),
      fc.integer({ min: 0xf0, max: 0xff }).map((op) => [0x5f, 0x5f, 0x5f, 0x5f, 0x5f, 0x30, 0x5a, op]),
    ),
    { maxLength: 40, size: 'max' },
  )
  .map((instructions): Json => toHex(Uint8Array.from(instructions.flat())))
const accessList: fc.Arbitrary<Json> = fc.array(
  fc.record(
    {
      address,
      storageKeys: fc.array(
        bytesOf(32).map((key): Json => toHex(key)),
        { maxLength: 2 },
      ),
    },
    { noNullPrototype: true },
  ),
  { maxLength: 2 },
)
const callRequest = optionalFields({
  from: mostly(address),
  to: mostly(fc.oneof(address, fc.constant(null))),
  gas: mostly(quantity),
  gasPrice: mostly(quantity),
  maxPriorityFeePerGas: mostly(quantity),
  value: mostly(quantity),
  nonce: mostly(quantity),
  data: mostly(code),
  accessList: mostly(accessList),
})
const overrides = fc.dictionary(
  address.map(String),
  optionalFields({
    balance: mostly(quantity),
    nonce: mostly(quantity),
    code: mostly(code),
    stateDiff: mostly(fc.dictionary(slot.map(String), slot, { maxKeys: 3, noNullPrototype: true })),
  }),
  { maxKeys: 3, noNullPrototype: true },
) as fc.Arbitrary<Json>

const flag = fc.boolean() as fc.Arbitrary<Json>
const traceOptions = optionalFields({
  tracer: mostly(
    fc.constantFrom('callTracer', 'prestateTracer', '4byteTracer', 'noopTracer', 'constructor', '{}'),
  ),
  tracerConfig: optionalFields({ onlyTopCall: flag, withLog: flag, diffMode: flag, disableCode: flag }),
  enableMemory: mostly(flag),
  disableStack: mostly(flag),
  disableStorage: mostly(flag),
  enableReturnData: mostly(flag),
  limit: mostly(fc.integer()),
  stateOverrides: overrides,
})

const simulation = optionalFields({
  blockStateCalls: mostly(
    fc.array(
      optionalFields({
        blockOverrides: optionalFields({
          number: mostly(quantity),
          time: mostly(quantity),
          gasLimit: mostly(quantity),
          feeRecipient: mostly(address),
          baseFeePerGas: mostly(quantity),
        }),
        stateOverrides: overrides,
        calls: fc.array(callRequest, { maxLength: 3 }),
      }),
      { maxLength: 3 },
    ),
  ),
  traceTransfers: mostly(flag),
  validation: mostly(flag),
  returnFullTransactions: mostly(flag),
})

interface Served {
  readonly methods: readonly string[]
  readonly server: RpcServer
  /** What the methods take, in order; of those that aren't named, anything of that. */
  readonly shapes: Readonly<Record<string, readonly fc.Arbitrary<Json>[]>>
  readonly meaningful: fc.Arbitrary<Json>
}

async function startRollup(): Promise<Served> {
  const local = await createLocalRollup()
  const { application } = local
  const fields = {
    type: 2,
    chainId: CHAIN_ID,
    gasLimit: 21_000,
    maxFeePerGas: 10n ** 10n,
    to: account.address,
    value: 1n,
  }
  const raw = await account.signTransaction({ ...fields, nonce: 0 })
  application.submit(fromHex(raw))
  await mine(local)
  await mine(local)
  const methods = await createLocalMethods(local, [fromHex(account.privateKey)])
  const { hash: blockHash, transactions } = application.chain.blockAt(1)!
  const hash = fc.constantFrom<Json>(blockHash, transactions[0]!.hash, `0x${'00'.repeat(32)}`)
  const number = fc.constantFrom<Json>('0x0', '0x1', '0x2', '0x3', '0x1fffffffffffff')
  const tag = fc.constantFrom<Json>('latest', 'pending', 'safe', 'finalized', 'earliest')
  const named = fc.oneof(
    optionalFields({ blockHash: hash, requireCanonical: fc.boolean() }),
    optionalFields({ blockNumber: number }),
  )
  const block = fc.oneof(number, tag, hash, named)
  const filter = optionalFields({
    fromBlock: mostly(block),
    toBlock: mostly(block),
    blockHash: mostly(hash),
    address: mostly(fc.oneof(address, fc.array(address, { maxLength: 3 }))),
    topics: mostly(
      fc.array(fc.oneof(hash, fc.constant(null), fc.array(hash, { maxLength: 3 })), { maxLength: 5 }),
    ),
  })
  const confirmation = confirmationToJson(confirmBlock(application.chain, CHAIN_ID, 1, 0)!) as unknown as Json
  const small = fc.oneof(fc.nat(5), fc.constantFrom<Json>('0x1', '0x5', 2 ** 53 - 1, '0x1fffffffffffff'))
  const percentiles = fc
    .array(fc.integer({ min: 0, max: 100 }), { maxLength: 5 })
    .map((list): Json => list.sort((a, b) => a - b))
  const shapes = {
    eth_call: [callRequest, block, overrides],
    eth_estimateGas: [callRequest, block, overrides],
    eth_simulateV1: [simulation, block],
    eth_createAccessList: [callRequest, block],
    eth_getStorageValues: [
      fc.dictionary(address.map(String), fc.array(slot, { maxLength: 3 }), { maxKeys: 3 }),
      block,
    ],
    debug_getRawBlock: [block],
    debug_getRawTransaction: [hash],
    debug_traceBlockByHash: [hash, traceOptions],
    debug_traceBlockByNumber: [block, traceOptions],
    debug_traceCall: [callRequest, block, traceOptions],
    debug_traceTransaction: [hash, traceOptions],
    txpool_contentFrom: [address],
    eth_sendTransaction: [callRequest],
    eth_sendRawTransaction: [strange(fc.constant(fromHex(raw))).map((bytes): Json => toHex(bytes))],
    eth_sendRawTransactionSync: [fc.constant<Json>(raw), small],
    eth_getBalance: [address, block],
    eth_getTransactionCount: [address, block],
    eth_getCode: [address, block],
    eth_getStorageAt: [address, slot, block],
    eth_getProof: [address, fc.array(slot, { maxLength: 3 }), block],
    eth_feeHistory: [small, block, percentiles],
    eth_getBlockByNumber: [block, fc.boolean()],
    eth_getBlockByHash: [hash, fc.boolean()],
    eth_getBlockReceipts: [block],
    eth_getTransactionByBlockNumberAndIndex: [block, small],
    eth_getTransactionByBlockHashAndIndex: [hash, small],
    eth_getTransactionByHash: [hash],
    eth_getTransactionReceipt: [hash],
    eth_getLogs: [filter],
    eth_newFilter: [filter],
    eth_subscribe: [
      fc.constantFrom<Json>('newHeads', 'logs', 'newPendingTransactions'),
      fc.oneof(filter, fc.boolean()),
    ],
    soft_subscribe: [fc.constantFrom<Json>('confirmations', 'rungs')],
    soft_verify: [fc.oneof(mutatedJson(fc.constant(confirmation)), fc.constant(confirmation))],
    soft_waitFor: [hash, fc.constantFrom<Json>(...RUNGS), fc.nat(20)],
    soft_getTransactionStatus: [hash],
    soft_getTransactionConfirmation: [hash],
    soft_getConfirmation: [block],
    soft_getCommittee: [small],
  }
  return serve(methods, shapes, fc.oneof(block, address, callRequest, filter, small))
}

async function startBeacon(): Promise<Served> {
  const { app } = await startNode(createGenesis({ params: { epochLength: 8 }, rollups: [rollupSpec()] }))
  await advanceTo(app, 2)
  const block = fc.constantFrom<Json>('latest', app.head.digest, 0, 1, 2, 3, 2 ** 53 - 1, '0x1')
  const epoch = fc.constantFrom<Json>(0, 1, 2, 3, 0xffff_ffff, '0x0')
  const id = fc.constantFrom<Json>('app', 'other', '', '\ud800', 0, 1, 2, 2 ** 53 - 1)
  const sub = fc.constantFrom<Json>(0, 1, 2 ** 32, 2 ** 53 - 1)
  const names = fc.constantFrom<Json>(
    'params',
    'validators',
    'set/0',
    'seed/1',
    'committee/1/0/0',
    'rollup/1',
    '',
    '\u0000',
  )
  const shapes = {
    beacon_getHeader: [block],
    beacon_getBlock: [block],
    beacon_getCertificate: [block],
    beacon_getAccount: [address],
    beacon_getHoldings: [address],
    beacon_getProof: [names, block],
    beacon_getValidatorSet: [epoch],
    beacon_getValidatorSetChanges: [epoch],
    beacon_getSeed: [epoch],
    beacon_getCommittee: [id, epoch, sub],
    beacon_getElectionProof: [id, epoch, sub],
    beacon_getRollup: [id],
    beacon_getRecord: [id, block],
    beacon_getEvidence: [fc.oneof(fc.nat(5), sub)],
  }
  return serve(
    createBeaconMethods(app, { clientVersion: 'beacon/test' }),
    shapes,
    fc.oneof(
      block,
      id,
      junk.map((bytes): Json => toHex(bytes)),
    ),
  )
}

async function serve(
  methods: Methods,
  shapes: Served['shapes'],
  meaningful: fc.Arbitrary<Json>,
): Promise<Served> {
  // Those that wait for something are given little time, but all are called.
  const limits = { callTimeoutMs: 500 }
  const server = await startRpcServer(
    { methods, limits, headHeight: () => 2 },
    { logger, random: systemRandom },
  )
  return { methods: Object.keys(methods), server, shapes, meaningful }
}

// Whatever awaits stands before all tests: the runner exits when those that it knows are over.
const rollup = await startRollup()
const beacon = await startBeacon()
after(() => Promise.all([rollup.server.close(), beacon.server.close()]))

fuzz(
  'text is parsed into requests or refused with an RpcError',
  2_000,
  fc.property(
    fc.oneof({ arbitrary: jsonText, weight: 3 }, fc.string({ unit: 'binary' }), deepText),
    fc.nat(40),
    (text, cut) => {
      for (const one of [text, text.slice(0, -cut), `[${text},${text}]`]) {
        decodedOrRefused((input: string) => parseIncoming(input, 1_000), one, isRpcError)
      }
    },
  ),
)

const readers = [
  params.readQuantity,
  params.readNumber,
  params.readLooseNumber,
  params.readData,
  params.readAddress,
  params.readHash,
  params.readWord,
  params.readBlock,
  params.readBoolean,
  params.readText,
  params.readObject,
  (value: unknown, name: string) => params.readArray(value, name, params.readWord),
] as const

fuzz(
  'each reader of parameters gives a value or an RpcError that names the parameter',
  2_000,
  fc.property(anyJson, (value) => {
    for (const read of readers) {
      decodedOrRefused(
        (input: unknown) => read(input, 'here'),
        value,
        (error) => isRpcError(error) && /here/.test(String(error)),
      )
    }
  }),
)

fuzz(
  'pages of this machine and extensions may ask, and no others',
  1_000,
  fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl()), (origin) => {
    if (!measured(() => isOriginAllowed(origin, []))) return
    const { protocol, hostname } = new URL(origin)
    assert.ok(protocol.endsWith('-extension:') || /localhost$|^127\.|^\[::1\]$/.test(hostname))
  }),
)

/** Whatever a method has thrown that isn't meant for its caller. */
const ids = fc.oneof(
  { arbitrary: fc.integer(), weight: 4 },
  fc.constantFrom<Json>('', 'a', null, 1.5, -1, 2 ** 53),
  anyJson,
)

/** Mostly a request as the specification has it, with parameters such as the method takes. */
function request({ methods, shapes, meaningful }: Served): fc.Arbitrary<Json> {
  const anyList = fc.array(fc.oneof(meaningful, anyJson), { maxLength: 4 })
  const fitting = fc.constantFrom(...methods).chain((method) => {
    const list = fc.tuple(...(shapes[method] ?? [meaningful]).map(mostly), fc.nat(3))
    const params = list.map(
      (items): Json => items.slice(0, Math.max(1, items.length - 1 - (items.at(-1) as number))),
    )
    return fc.tuple(fc.constant<Json>(method), fc.oneof({ arbitrary: params, weight: 8 }, anyList, anyJson))
  })
  const strangeMethod = fc.oneof(
    fc.constantFrom<Json>('__proto__', 'constructor', 'toString', 'eth_nothing'),
    anyJson,
  )
  const asked = fc.oneof({ arbitrary: fitting, weight: 30 }, fc.tuple(strangeMethod, anyList))
  const version = fc.oneof({ arbitrary: fc.constant<Json>('2.0'), weight: 30 }, anyJson)
  return fc.tuple(version, asked, fc.option(ids, { nil: undefined, freq: 20 })).map(
    ([jsonrpc, [method, params], id]): Json => ({
      jsonrpc,
      method,
      params,
      ...(id !== undefined && { id }),
    }),
  )
}

/** What is posted: a request, a batch of them, or anything. */
function body(served: Served): fc.Arbitrary<string> {
  const one = request(served)
  return fc.oneof(
    { arbitrary: one.map((value) => JSON.stringify(value)), weight: 10 },
    {
      arbitrary: fc
        .array(fc.oneof({ arbitrary: one, weight: 5 }, anyJson), { maxLength: 8 })
        .map((all) => JSON.stringify(all)),
      weight: 4,
    },
    jsonText,
    deepText,
    fc.string({ unit: 'binary' }),
    one.map((value) => JSON.stringify(value).slice(0, -3)),
  )
}

interface Answer {
  readonly jsonrpc: unknown
  readonly id: unknown
  readonly result?: unknown
  readonly error?: { readonly code: unknown; readonly message: unknown }
}

/** Whether `text` answers `sent` as JSON-RPC 2.0 has it; null: not at all. */
function checkAnswer(sent: string, text: string | null): void {
  const asked = parsedOrUndefined(sent)
  const answers = text === null ? [] : (JSON.parse(text) as Answer | Answer[])
  const all = Array.isArray(answers) ? answers : [answers]
  for (const { jsonrpc, id, error, ...rest } of all) {
    assert.equal(jsonrpc, '2.0')
    assert.ok(id === null || typeof id === 'string' || typeof id === 'number')
    assert.notEqual(error === undefined, Object.hasOwn(rest, 'result') === false)
    if (error === undefined) continue
    assert.ok(Number.isInteger(error.code) && typeof error.message === 'string')
    assert.notEqual(error.code, -32603, text!)
  }
  const entries = Array.isArray(asked) && asked.length > 0 ? asked : [asked]
  const isWaitedFor = (entry: unknown) => !isNotification(entry)
  assert.equal(all.length, Array.isArray(answers) || text === null ? entries.filter(isWaitedFor).length : 1)
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isNotification(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const { jsonrpc, method, id } = value as Record<string, unknown>
  return jsonrpc === '2.0' && typeof method === 'string' && id === undefined
}

for (const [name, served] of [
  ['rollup', rollup],
  ['Beacon Layer', beacon],
] as const) {
  fuzz(
    `the ${name}'s server answers each body as JSON-RPC 2.0 has it, and no method fails inside`,
    400,
    fc.asyncProperty(body(served), async (text) => {
      failures.length = 0
      const response = await fetch(served.server.url, { method: 'POST', body: text })
      const answer = await response.text()
      assert.ok(response.status === 204 || response.status === 200, String(response.status))
      assert.deepEqual(failures, [])
      // A body is what it is in UTF-8: halves of characters are lost on the way.
      checkAnswer(Buffer.from(text).toString(), response.status === 204 ? null : answer)
    }),
  )

  test(`every method of the ${name} answers a call without parameters`, async () => {
    for (const method of served.methods) {
      const text = JSON.stringify({ jsonrpc: '2.0', id: 1, method })
      const response = await fetch(served.server.url, { method: 'POST', body: text })
      checkAnswer(text, await response.text())
    }
    assert.deepEqual(failures, [])
  })
}

/** Such as run: enough gas, no price to pay, and code of any kind on the way. */
const runningCall = fc.record(
  {
    from: address,
    gas: fc.oneof(
      { arbitrary: fc.constantFrom('0x186a0', '0x7a120'), weight: 50 },
      fc.constant('0x1fffffffffffff'),
    ),
    to: fc.oneof(address, fc.constant(null)),
    value: fc.constantFrom('0x0', '0x1', LARGEST),
    data: code,
    accessList,
  },
  { requiredKeys: ['from', 'gas'], noNullPrototype: true },
) as fc.Arbitrary<Json>
const runningState = fc.dictionary(
  address.map(String),
  optionalFields({
    balance: quantity,
    nonce: quantity,
    code,
    stateDiff: fc.dictionary(slot.map(String), slot, { maxKeys: 3, noNullPrototype: true }),
  }),
  { minKeys: 1, maxKeys: 3, noNullPrototype: true },
)

fuzz(
  'a call of any code on any pretended state has an output, or fails as calls do',
  100,
  fc.asyncProperty(
    fc.constantFrom('eth_call', 'eth_estimateGas'),
    runningCall,
    runningState,
    async (method, call, state) => {
      failures.length = 0
      const text = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: [call, 'latest', state] })
      const response = await fetch(rollup.server.url, { method: 'POST', body: text })
      checkAnswer(text, await response.text())
      assert.deepEqual(failures, [])
    },
  ),
)

fuzz(
  'a WebSocket answers what can be answered, and one that sends no text is still served, or closed',
  40,
  fc.asyncProperty(
    fc.array(fc.oneof({ arbitrary: body(rollup), weight: 5 }, junk), { maxLength: 12 }),
    async (messages) => {
      failures.length = 0
      const socket = new WebSocket(rollup.server.url.replace('http', 'ws'))
      const answers: Answer[] = []
      await once(socket, 'open')
      const last = new Promise<void>((resolve) => {
        socket.on('message', (data) => {
          const answer = JSON.parse(String(data))
          answers.push(answer)
          if (answer.id === 'the last one') resolve()
        })
        socket.on('close', () => resolve())
      })
      for (const message of messages) socket.send(message)
      socket.send(JSON.stringify({ jsonrpc: '2.0', id: 'the last one', method: 'eth_chainId' }))
      await last
      socket.terminate()
      assert.ok(answers.flat().every(({ jsonrpc }) => jsonrpc === '2.0'))
      assert.deepEqual(failures, [])
    },
  ),
)
