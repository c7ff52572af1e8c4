/** What a program with viem 2 does on a rollup, through its stable URL. */

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { verifyMerkleProof } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import {
  BaseError,
  bytesToHex,
  ContractFunctionRevertedError,
  createPublicClient,
  createWalletClient,
  defineChain,
  encodeAbiParameters,
  type Hash,
  type Hex,
  hexToBytes,
  http,
  keccak256,
  type Log,
  parseEther,
  toHex,
  webSocket,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { type RollupNetwork, startRollup, TEST_TIMEOUT_MS } from './network.ts'
import { compileToken } from './token.ts'
import { Collected, repeatUntil, untilFinal } from './waiting.ts'

const SUPPLY = parseEther('1000000')
const FRESH = `0x${'88'.repeat(20)}` as const
const IN_FLIGHT = 50
/** Of `_balances` in OpenZeppelin's ERC20. */
const BALANCES_SLOT = 0n

function connect(network: RollupNetwork) {
  const chain = defineChain({
    id: network.chainId,
    name: 'app',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [network.rpcUrl], webSocket: [network.wsUrl] } },
  })
  const account = privateKeyToAccount(network.accounts[0]!.privateKey)
  return {
    account,
    reader: createPublicClient({ chain, transport: http(), pollingInterval: 50, cacheTime: 0 }),
    writer: createWalletClient({ chain, account, transport: http() }),
    pushed: createPublicClient({ chain, transport: webSocket() }),
  }
}

describe('viem on a rollup', { timeout: TEST_TIMEOUT_MS }, () => {
  let network: RollupNetwork
  let clients: ReturnType<typeof connect>
  let token: { address: Hex; abi: ReturnType<typeof compileToken>['abi'] }

  before(async () => {
    network = await startRollup()
    clients = connect(network)
    const { abi, bytecode } = compileToken()
    const hash = await clients.writer.deployContract({ abi, bytecode, args: [SUPPLY] })
    const { contractAddress } = await clients.reader.waitForTransactionReceipt({ hash })
    token = { address: contractAddress!, abi }
  })

  after(async () => {
    const socket = await clients?.pushed.transport.getRpcClient()
    socket?.close()
    await network?.[Symbol.asyncDispose]()
  })

  const transfer = (value: bigint, nonce?: number): Promise<Hash> =>
    clients.writer.writeContract({ ...token, functionName: 'transfer', args: [FRESH, value], nonce })
  const confirmed = async (hash: Hash) => {
    const receipt = await clients.reader.waitForTransactionReceipt({ hash })
    assert.equal(receipt.status, 'success')
    return receipt
  }
  const balanceOf = (account: Hex, blockTag: 'latest' | 'safe' | 'finalized' = 'latest') =>
    clients.reader.readContract({ ...token, functionName: 'balanceOf', args: [account], blockTag })

  test('deploys a token and transfers it', async () => {
    assert.equal(await balanceOf(clients.account.address), SUPPLY)
    await confirmed(await transfer(7n))
    assert.equal(await balanceOf(FRESH), 7n)
  })

  test('finds events by address, topic and block', async () => {
    const { transactionHash, blockNumber, blockHash } = await confirmed(await transfer(8n))
    const event = token.abi.find(({ name }) => name === 'Transfer')
    const found = await clients.reader.getLogs({
      address: token.address,
      event,
      args: { to: FRESH },
      fromBlock: blockNumber,
      toBlock: 'latest',
    })
    assert.deepEqual(valuesOf(found), [8n])
    assert.equal(found[0]!.transactionHash, transactionHash)
    assert.deepEqual(await clients.reader.getLogs({ event, args: { from: FRESH }, fromBlock: 0n }), [])
    assert.equal((await clients.reader.getLogs({ blockHash })).length, 1)
  })

  for (const [way, client] of [
    ['over a polled filter', () => clients.reader],
    ['by subscription', () => clients.pushed],
  ] as const) {
    test(`is told of events ${way}`, async () => {
      const values = new Collected<bigint>()
      const failures: Error[] = []
      const watching = Promise.withResolvers<void>()
      const unwatch = client().watchContractEvent({
        ...token,
        eventName: 'Transfer',
        onError: (error) => failures.push(error),
        onLogs: (logs) => {
          watching.resolve()
          values.add(...valuesOf(logs).filter((value) => value > 0n))
        },
      })
      await repeatUntil(watching.promise, async () => confirmed(await transfer(0n)))
      for (const value of [31n, 32n, 33n]) await confirmed(await transfer(value))
      assert.deepEqual(await values.next(3), [31n, 32n, 33n])
      unwatch()
      assert.deepEqual(failures, [])
    })
  }

  test('is told of every block by subscription', async () => {
    const blocks = new Collected<bigint>()
    const unwatch = clients.pushed.watchBlockNumber({
      onBlockNumber: (number) => blocks.add(number),
      emitMissed: false,
    })
    const heights = await blocks.next(3)
    unwatch()
    assert.deepEqual(
      heights,
      heights.map((_, i) => heights[0]! + BigInt(i)),
    )
  })

  test('has fifty transactions in flight at once', async () => {
    const { address } = clients.account
    const first = await clients.reader.getTransactionCount({ address, blockTag: 'pending' })
    const sent = Array.from({ length: IN_FLIGHT }, (_, i) => transfer(1n, first + i))
    const receipts = await Promise.all(sent.map(async (hash) => confirmed(await hash)))
    assert.equal(new Set(receipts.map(({ transactionHash }) => transactionHash)).size, IN_FLIGHT)
    assert.equal(await clients.reader.getTransactionCount({ address }), first + IN_FLIGHT)
  })

  test("sees a revert's text before it sends", async () => {
    const { account } = clients
    const claim = { ...token, functionName: 'claim', account }
    const { request } = await clients.reader.simulateContract(claim)
    await confirmed(await clients.writer.writeContract(request))
    const revert = await revertOf(clients.reader.simulateContract(claim))
    assert.equal(revert.reason, 'claimed already')
  })

  test("decodes OpenZeppelin's errors", async () => {
    const { account, reader } = clients
    const args = [FRESH, SUPPLY * 2n]
    const revert = await revertOf(
      reader.simulateContract({ ...token, functionName: 'transfer', args, account }),
    )
    assert.equal(revert.data?.errorName, 'ERC20InsufficientBalance')
    assert.deepEqual([revert.data.args?.[0], revert.data.args?.[2]], [account.address, SUPPLY * 2n])
  })

  test('gets proofs of the state root', async () => {
    const { reader } = clients
    const balance = await balanceOf(FRESH)
    const slot = keccak256(
      encodeAbiParameters([{ type: 'address' }, { type: 'uint256' }], [FRESH, BALANCES_SLOT]),
    )
    const block = await reader.getBlock()
    const proof = await reader.getProof({
      address: token.address,
      storageKeys: [slot],
      blockNumber: block.number,
    })
    const account = await valueIn(block.stateRoot, token.address, proof.accountProof)
    assert.equal(bytesToHex((RLP.decode(account) as Uint8Array[])[2]!), proof.storageHash)
    const stored = await valueIn(proof.storageHash, slot, proof.storageProof[0]!.proof)
    assert.equal(BigInt(bytesToHex(RLP.decode(stored) as Uint8Array)), balance)
    assert.equal(proof.storageProof[0]!.value, balance)
  })

  test('sees `safe` and `finalized` climb past its transaction', async () => {
    const { reader } = clients
    const { blockNumber, transactionHash } = await confirmed(await transfer(1n))
    // biome-ignore lint/suspicious/noExplicitAny: viem knows no soft_ methods
    const ask = (method: string, params: unknown[]) => reader.request<any>({ method, params })
    await untilFinal(ask, transactionHash)
    const finalized = await reader.getBlock({ blockTag: 'finalized' })
    const safe = await reader.getBlock({ blockTag: 'safe' })
    assert.ok(finalized.number >= blockNumber)
    assert.ok(safe.number >= finalized.number)
    assert.equal(await balanceOf(FRESH, 'finalized'), await balanceOf(FRESH))
  })
})

function valuesOf(logs: readonly Log[]): bigint[] {
  return logs.map((log) => (log as Log & { args: { value: bigint } }).args.value)
}

async function revertOf(attempt: Promise<unknown>): Promise<ContractFunctionRevertedError> {
  const error = await attempt.then(
    () => assert.fail('it did not revert'),
    (cause: unknown) => cause,
  )
  assert.ok(error instanceof BaseError)
  const revert = error.walk((cause) => cause instanceof ContractFunctionRevertedError)
  assert.ok(revert instanceof ContractFunctionRevertedError)
  return revert
}

/** Checked by another implementation of the trie than the rollup's. */
async function valueIn(root: Hex, key: Hex, proof: readonly Hex[]): Promise<Uint8Array> {
  const nodes = proof.map((node) => hexToBytes(node))
  const value = await verifyMerkleProof(hexToBytes(key), nodes, {
    root: hexToBytes(root),
    useKeyHashing: true,
  })
  assert.ok(value !== null, `${toHex(root)} holds ${key}`)
  return value
}
