/** What eth_* methods answer, held against the JSON schemas of ethereum/execution-apis. */

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, describe, test } from 'node:test'
import { type Authorization, HDNodeWallet, type TransactionLike } from 'ethers'
import { z } from 'zod'
import { fromHex, type Hex } from '../../src/primitives/bytes.ts'
import type { Methods } from '../../src/rpc/dispatch.ts'
import {
  CHAIN_ID,
  createLocalMethods,
  createLocalRollup,
  DEV_MNEMONIC,
  type LocalRollup,
  mine,
} from './local-rollup.ts'
import { abi, CONTRACT, DEPLOYMENT, wallet } from './probe.ts'

interface Vector {
  readonly results: Readonly<Record<string, object>>
  readonly $defs: Readonly<Record<string, object>>
}

const vector: Vector = JSON.parse(
  readFileSync(new URL('../vectors/execution-apis/results.json', import.meta.url), 'utf8'),
)
const FRESH = `0x${'66'.repeat(20)}`
const UNKNOWN = `0x${'00'.repeat(32)}`
/** Without a schema of their own there. */
const UNSPECIFIED = [
  'debug_traceCall',
  'eth_getUncleByBlockHashAndIndex',
  'eth_getUncleByBlockNumberAndIndex',
  'eth_getUncleCountByBlockHash',
  'eth_getUncleCountByBlockNumber',
  'eth_sendRawTransactionSync',
  'eth_subscribe',
  'eth_unsubscribe',
  'txpool_inspect',
]

/** Fields that may say anything. */
const FREE_TEXTS: ReadonlySet<string> = new Set(['op', 'error'])

describe('what eth_* methods answer', () => {
  let local: LocalRollup
  let methods: Methods
  /** One of each type, all in block 2 but the first, which created the contract in block 1. */
  const hashes: Hex[] = []
  /** Each has something to tell: an empty list may be of anything. */
  let filters: { logs: unknown; blocks: unknown; transactions: unknown }

  before(async () => {
    local = await createLocalRollup()
    methods = await createLocalMethods(local, [fromHex(wallet.privateKey)])
    await submit(DEPLOYMENT)
    await mine(local)
    filters = {
      logs: await call('eth_newFilter', [{ fromBlock: '0x0', address: CONTRACT }]),
      blocks: await call('eth_newBlockFilter', []),
      transactions: await call('eth_newPendingTransactionFilter', []),
    }
    const data = abi.encodeFunctionData('transfer', [FRESH, 1n])
    const legacy = { type: 0, gasPrice: 10n ** 10n, maxFeePerGas: null, maxPriorityFeePerGas: null }
    const accessList = [{ address: CONTRACT, storageKeys: [UNKNOWN] }]
    await submit({ ...legacy, to: CONTRACT, data })
    await submit({ ...legacy, type: 1, to: CONTRACT, data, accessList })
    await submit({ to: CONTRACT, data, accessList })
    await submit({ type: 4, to: FRESH, authorizationList: [await authorization()] })
    await mine(local)
    await submit({ to: FRESH, value: 1n })
  })

  const submit = async (fields: TransactionLike): Promise<void> => {
    const fees = { type: 2, maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 10n ** 9n }
    const nonce = hashes.length
    const raw = await wallet.signTransaction({
      chainId: CHAIN_ID,
      nonce,
      gasLimit: 300_000,
      ...fees,
      ...fields,
    })
    const { hash, refusal } = local.application.submit(fromHex(raw))
    assert.equal(refusal, null)
    hashes.push(hash)
  }
  const authorization = (): Promise<Authorization> => {
    const authority = HDNodeWallet.fromPhrase(DEV_MNEMONIC, '', "m/44'/60'/0'/0/7")
    return Promise.resolve(authority.authorizeSync({ address: CONTRACT, nonce: 0n, chainId: CHAIN_ID }))
  }
  const call = async (method: string, params: readonly unknown[]): Promise<unknown> =>
    JSON.parse(JSON.stringify((await methods[method]!(params, { subscriptions: null })) ?? null))

  const transfer = {
    from: wallet.address,
    to: CONTRACT,
    data: abi.encodeFunctionData('transfer', [FRESH, 1n]),
  }
  /** Parameters that together make a method answer in all its ways. */
  const calls: Readonly<Record<string, readonly (() => readonly unknown[])[]>> = {
    debug_getRawBlock: [() => ['0x2']],
    debug_getRawHeader: [() => ['0x2']],
    debug_getRawReceipts: [() => ['0x2']],
    debug_getRawTransaction: [() => [hashes[1]], () => [UNKNOWN]],
    debug_traceBlockByHash: [() => [blockHash(), {}]],
    debug_traceBlockByNumber: [() => ['0x2']],
    debug_traceTransaction: [() => [hashes[3], { enableMemory: true, enableReturnData: true }]],
    eth_accounts: [() => []],
    eth_baseFee: [() => []],
    eth_blobBaseFee: [() => []],
    eth_createAccessList: [() => [transfer], () => [{ ...transfer, gas: '0x6d60' }]],
    eth_getStorageValues: [() => [{ [CONTRACT]: ['0x2', UNKNOWN] }]],
    eth_blockNumber: [() => []],
    eth_call: [() => [transfer, 'latest']],
    eth_chainId: [() => []],
    eth_estimateGas: [() => [transfer]],
    eth_feeHistory: [() => ['0x3', 'latest', [10, 90]], () => ['0x1', '0x1']],
    eth_gasPrice: [() => []],
    eth_getBalance: [() => [FRESH]],
    eth_getBlockByHash: [() => [blockHash(), true], () => [UNKNOWN, false]],
    eth_getBlockByNumber: [
      () => ['0x2', true],
      () => ['0x1', false],
      () => ['0x0', true],
      () => ['0x99', true],
    ],
    eth_getBlockReceipts: [() => ['0x2'], () => ['0x0'], () => ['0x99']],
    eth_getBlockTransactionCountByHash: [() => [blockHash()], () => [UNKNOWN]],
    eth_getBlockTransactionCountByNumber: [() => ['0x2'], () => ['0x99']],
    eth_getCode: [() => [CONTRACT], () => [FRESH]],
    eth_getFilterChanges: [() => [filters.logs], () => [filters.blocks], () => [filters.transactions]],
    eth_getFilterLogs: [() => [filters.logs]],
    eth_getLogs: [() => [{ fromBlock: '0x0' }]],
    eth_getProof: [
      () => [CONTRACT, ['0x2', UNKNOWN], 'latest'],
      () => [`0x${'ff'.repeat(20)}`, [], 'latest'],
    ],
    eth_getStorageAt: [() => [CONTRACT, '0x2']],
    eth_getTransactionByBlockHashAndIndex: [() => [blockHash(), '0x0'], () => [blockHash(), '0x9']],
    eth_getTransactionByBlockNumberAndIndex: [() => ['0x2', '0x3'], () => ['0x99', '0x0']],
    eth_getTransactionByHash: [...[0, 1, 2, 3, 4].map((at) => () => [hashes[at]]), () => [UNKNOWN]],
    eth_getTransactionCount: [() => [wallet.address, 'pending']],
    eth_getTransactionReceipt: [...[0, 1, 2, 3, 4].map((at) => () => [hashes[at]]), () => [UNKNOWN]],
    eth_maxPriorityFeePerGas: [() => []],
    eth_newBlockFilter: [() => []],
    eth_newFilter: [() => [{ topics: [[UNKNOWN], null] }]],
    eth_newPendingTransactionFilter: [() => []],
    eth_sendRawTransaction: [
      () => [`0x${Buffer.from(local.application.mempool.get(hashes[5]!)!.raw).toString('hex')}`],
    ],
    eth_sendTransaction: [() => [{ from: wallet.address, to: FRESH, value: '0x1' }]],
    eth_simulateV1: [
      () => [
        { blockStateCalls: [{ calls: [transfer] }], traceTransfers: true, returnFullTransactions: true },
      ],
      () => [{ blockStateCalls: [{ calls: [{ ...transfer, gas: '0x6d60' }] }, {}] }],
    ],
    eth_syncing: [() => []],
    eth_uninstallFilter: [() => ['0x1']],
    net_version: [() => []],
    txpool_content: [() => []],
    txpool_contentFrom: [() => [wallet.address]],
    txpool_status: [() => []],
  }
  const blockHash = () => local.application.chain.blockAt(2)!.hash

  test('every method that is served is looked at', () => {
    const served = Object.keys(methods).filter((name) => /^(eth|debug|txpool)_|^net_version$/.test(name))
    assert.deepEqual(served.sort(), [...Object.keys(calls), ...UNSPECIFIED].sort())
  })

  for (const [method, variants] of Object.entries(calls)) {
    test(`${method} is as specified`, async () => {
      const schema = schemaOf(method)
      for (const params of variants) {
        const result = await call(method, params())
        const { success, error } = schema.safeParse(result)
        assert.ok(success, `${JSON.stringify(result)}\n${error && z.prettifyError(error)}`)
        for (const broken of spoilt(result))
          assert.ok(!schema.safeParse(broken).success, JSON.stringify(broken))
      }
    })
  }
})

function schemaOf(method: string): z.ZodType {
  const schema = typed({ ...vector.results[method]!, $defs: vector.$defs })
  return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0])
}

/** zod looks at properties only where the schema says `type`; there they leave out what is said further up. */
function typed(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema
  if (Array.isArray(schema)) return schema.map(typed)
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, typed(value)]))
  return 'properties' in inner && 'required' in inner ? { type: 'object', ...inner } : inner
}

/** Copies of `result`, each with one of its texts made nonsense: a schema that lets one pass says nothing. */
function* spoilt(result: unknown): Generator<unknown> {
  if (typeof result === 'string') yield 'nonsense'
  if (typeof result !== 'object' || result === null) return
  for (const [key, value] of Object.entries(result)) {
    if (FREE_TEXTS.has(key)) continue
    for (const broken of spoilt(value)) {
      yield Array.isArray(result) ? result.with(Number(key), broken) : { ...result, [key]: broken }
    }
  }
}
