import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { after, before, describe, test } from 'node:test'
import { HDNodeWallet, JsonRpcProvider, type TransactionLike } from 'ethers'
import { fromHex, type Hex } from '../../src/primitives/bytes.ts'
import { encodeEthereumHeader, ethereumHash } from '../../src/rollup/header.ts'
import { receiptJson } from '../../src/rollup/rpc/format.ts'
import type { Methods } from '../../src/rpc/dispatch.ts'
import { compareTraces } from './compare-traces.ts'
import {
  CHAIN_ID,
  createLocalMethods,
  createLocalRollup,
  DEV_MNEMONIC,
  type LocalRollup,
  mine,
} from './local-rollup.ts'
import { abi, CONTRACT, DEPLOYMENT, wallet } from './probe.ts'

const other = HDNodeWallet.fromPhrase(DEV_MNEMONIC, undefined, "m/44'/60'/0'/0/1")
const fees = { maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 10n ** 9n }

const FRESH = `0x${'77'.repeat(20)}`
/** Of block 1: anvil applies what it is told to its first block, not to the genesis before it. */
const FIRST_BASE_FEE = 875_000_000
const call = (name: string, ...values: unknown[]) => ({
  to: CONTRACT,
  data: abi.encodeFunctionData(name, values),
})

/** One block each, on both chains: the same bytes. */
const script: [string, TransactionLike][] = [
  ['deploys a token', { data: DEPLOYMENT.data }],
  ['transfers ether to a new account', { to: FRESH, value: 1n, gasLimit: 21_000 }],
  ['transfers ether with data, at the floor price', { to: FRESH, value: 1n, data: `0x${'01'.repeat(1000)}` }],
  ['transfers nothing to an account that stays empty', { to: `0x${'78'.repeat(20)}` }],
  ['transfers tokens to a new holder', call('transfer', FRESH, 5n)],
  ['transfers tokens again', call('transfer', FRESH, 6n)],
  ['fills storage', call('fill', 10)],
  ['clears storage, with the refund capped', call('clear', 10)],
  ['reverts with a reason', call('fail')],
  ['runs into an invalid opcode', call('breakDown')],
  ['runs out of gas', { ...call('spin'), gasLimit: 60_000 }],
  ['creates, catches a revert and destroys', { ...call('nested'), value: 3n }],
  ['does so again at the same address', call('nested')],
  ['uses transient storage', call('transient', 4)],
  [
    'pays for an access list',
    { ...call('fill', 2), accessList: [{ address: CONTRACT, storageKeys: [`0x${'00'.repeat(31)}05`] }] },
  ],
  ['calls a precompile directly', { to: `0x${'02'.padStart(40, '0')}`, data: '0x1234' }],
  ['gives a call to an unknown function back', { to: CONTRACT, data: '0xdeadbeef' }],
  ['creates nothing from empty code', { data: '0x' }],
  ['fails to create from code that reverts', { data: '0x60006000fd' }],
  ['is legacy', { ...call('transfer', FRESH, 1n), type: 0, gasPrice: 10n ** 10n }],
  ['has no more to say about code that begins with 0xef', { data: '0x60ef60005360016000f3' }],
]

describe('the same transactions on anvil and here', () => {
  let anvil: ChildProcess
  let provider: JsonRpcProvider
  let local: LocalRollup
  let methods: Methods
  let nonce = 0

  before(async () => {
    const flags = {
      port: 0,
      'chain-id': CHAIN_ID,
      hardfork: 'prague',
      'block-base-fee-per-gas': FIRST_BASE_FEE,
    }
    const settings = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)])
    const argumentList = [...settings, '--steps-tracing']
    anvil = spawn(anvilBinary(), argumentList, { stdio: ['ignore', 'pipe', 'ignore'] })
    provider = new JsonRpcProvider(await listening(anvil), CHAIN_ID, {
      staticNetwork: true,
      cacheTimeout: -1,
    })
    local = await createLocalRollup()
    methods = await createLocalMethods(local)
  })

  after(async () => {
    provider.destroy()
    anvil.kill()
    await once(anvil, 'exit')
  })

  async function compare(fields: TransactionLike): Promise<void> {
    const price = fields.type === 0 ? {} : { type: 2, ...fees }
    const raw = await wallet.signTransaction({
      chainId: CHAIN_ID,
      nonce: nonce++,
      gasLimit: 2_000_000,
      ...price,
      ...fields,
    })
    const hash = await provider.send('eth_sendRawTransaction', [raw])
    const submission = local.application.submit(fromHex(raw))
    assert.deepEqual(submission, { hash, refusal: null })
    await mine(local)
    const expected = await receiptOf(provider, hash)
    const actual: Record<string, unknown> = receiptJson(local.application.chain.head, 0)
    for (const field of [
      'status',
      'gasUsed',
      'cumulativeGasUsed',
      'effectiveGasPrice',
      'logsBloom',
      'type',
      'from',
      'to',
    ]) {
      assert.equal(actual[field], expected[field], field)
    }
    if (expected.status === '0x1') assert.equal(actual.contractAddress, expected.contractAddress)
    const essence = (logs: unknown) =>
      (logs as Record<string, unknown>[]).map(({ address, topics, data, logIndex }) => ({
        address,
        topics,
        data,
        logIndex,
      }))
    assert.deepEqual(essence(actual.logs), essence(expected.logs))
    await compareHeaders(provider, local, hash)
    await compareTraces(provider, methods, hash)
    for (const address of [wallet.address, CONTRACT, FRESH]) {
      const { state } = local.application.chain.head
      const account = state.account(address.toLowerCase() as Hex)
      assert.equal(account?.balance ?? 0n, await provider.getBalance(address), `balance of ${address}`)
      assert.equal(
        Number(account?.nonce ?? 0n),
        await provider.getTransactionCount(address),
        `nonce of ${address}`,
      )
    }
  }

  for (const [title, fields] of script) {
    test(`a transaction that ${title} costs and leaves the same`, async () => {
      await compare(fields)
    })
  }

  test('an account that delegates its code costs and runs the same', async () => {
    const authorization = await other.authorize({ address: CONTRACT, nonce: 0, chainId: CHAIN_ID })
    const again = await other.authorize({ address: CONTRACT, nonce: 1, chainId: CHAIN_ID })
    const unusable = await other.authorize({ address: CONTRACT, nonce: 9, chainId: CHAIN_ID })
    const data = abi.encodeFunctionData('fill', [2])
    const authorizationList = [authorization, unusable]
    await compare({ type: 4, ...fees, to: other.address, data, authorizationList })
    await compare({ to: other.address, data: abi.encodeFunctionData('clear', [2]) })
    await compare({
      type: 4,
      ...fees,
      to: CONTRACT,
      data: abi.encodeFunctionData('fail'),
      authorizationList: [again],
    })
    const revoked = await other.authorize({ address: `0x${'00'.repeat(20)}`, nonce: 2, chainId: CHAIN_ID })
    await compare({ type: 4, ...fees, to: other.address, data, authorizationList: [revoked] })
  })

  test('the storage that all this left is the same', async () => {
    const { state } = local.application.chain.head
    for (let slot = 0; slot < 24; slot++) {
      const key = `0x${slot.toString(16).padStart(64, '0')}` as const
      const value = BigInt(await provider.getStorage(CONTRACT, slot))
      assert.equal(BigInt(`0x${Buffer.from(state.storage(CONTRACT, key)).toString('hex') || '0'}`), value)
    }
  })
})

/** What doesn't depend on genesis is the same; and anvil's own header has, encoded here, the hash that anvil gives it. */
async function compareHeaders(
  provider: JsonRpcProvider,
  local: LocalRollup,
  transaction: string,
): Promise<void> {
  const { blockNumber } = await receiptOf(provider, transaction)
  const block = await provider.send('eth_getBlockByNumber', [blockNumber, false])
  const { header } = local.application.chain.head
  assert.equal(header.transactionsRoot, block.transactionsRoot)
  assert.equal(header.receiptsRoot, block.receiptsRoot)
  assert.equal(header.baseFeePerGas, BigInt(block.baseFeePerGas))
  const encoded = encodeEthereumHeader({
    parentHash: block.parentHash,
    beneficiary: block.miner,
    stateRoot: block.stateRoot,
    transactionsRoot: block.transactionsRoot,
    receiptsRoot: block.receiptsRoot,
    logsBloom: fromHex(block.logsBloom),
    number: Number(block.number),
    gasLimit: Number(block.gasLimit),
    gasUsed: Number(block.gasUsed),
    timestamp: Number(block.timestamp),
    prevRandao: block.mixHash,
    baseFeePerGas: BigInt(block.baseFeePerGas),
    parentBeaconBlockRoot: block.parentBeaconBlockRoot,
  })
  assert.equal(ethereumHash(encoded), block.hash)
}

async function receiptOf(provider: JsonRpcProvider, hash: string): Promise<Record<string, unknown>> {
  for (;;) {
    const receipt = await provider.send('eth_getTransactionReceipt', [hash])
    if (receipt !== null) return receipt
  }
}

async function listening(child: ChildProcess): Promise<string> {
  let output = ''
  for await (const chunk of child.stdout!) {
    output += chunk
    const address = /Listening on (\S+)/.exec(output)?.[1]
    if (address !== undefined) {
      child.stdout!.resume()
      return `http://${address}`
    }
  }
  throw new Error(`anvil ended: ${output}`)
}

function anvilBinary(): string {
  const require = createRequire(import.meta.url)
  const cpu = process.arch === 'x64' ? 'amd64' : process.arch
  const folder = require.resolve(`@foundry-rs/anvil-${process.platform}-${cpu}/package.json`)
  return folder.replace('package.json', 'bin/anvil')
}
