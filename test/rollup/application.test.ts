import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createMPT } from '@ethereumjs/mpt'
import { createAccount } from '@ethereumjs/util'
import type { TransactionLike } from 'ethers'
import { type Block, createBlock, payloadRoot } from '../../src/consensus/block.ts'
import type { Header } from '../../src/consensus/header.ts'
import { fromHex, type Hex, toHex } from '../../src/primitives/bytes.ts'
import { keccak256 } from '../../src/primitives/hash.ts'
import { height } from '../../src/primitives/ids.ts'
import { encodeBody } from '../../src/rollup/body.ts'
import { BlockExecution } from '../../src/rollup/executor.ts'
import { decodeEthereumHeader, encodeEthereumHeader } from '../../src/rollup/header.ts'
import { fillBlock } from '../../src/rollup/sequencer.ts'
import { TRANSACTION_BYTES_MAX } from '../../src/rollup/transaction.ts'
import type { Outcome, Vm } from '../../src/rollup/vm/vm.ts'
import {
  CHAIN_ID,
  certify,
  committee,
  createLocalRollup,
  DEV_ADDRESSES,
  INSTANCE,
  type LocalRollup,
  mine,
  propose,
} from './local-rollup.ts'
import { abi, CONTRACT, DEPLOYMENT, wallet } from './probe.ts'

const FRESH: Hex = `0x${'77'.repeat(20)}`
const NO_EFFECT: Outcome = {
  succeeded: true,
  error: null,
  gasUsed: 0,
  gasRefund: 0,
  output: new Uint8Array(0),
  logs: [],
  createdAddress: null,
  destroyed: [],
}

async function sign(nonce: number, fields: TransactionLike): Promise<Uint8Array> {
  const fees = { type: 2, maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 10n ** 9n }
  return fromHex(
    await wallet.signTransaction({ chainId: CHAIN_ID, nonce, gasLimit: 200_000, ...fees, ...fields }),
  )
}

function transferTokens(amount: bigint): TransactionLike {
  return { to: CONTRACT, data: abi.encodeFunctionData('transfer', [FRESH, amount]) }
}

function submit({ application }: LocalRollup, raw: Uint8Array): void {
  assert.equal(application.submit(raw).refusal, null)
}

/** `block` with changes to its consensus header, Ethereum header or body, and roots that fit again. */
function forge(
  block: Block,
  change: { header?: Partial<Header>; ethereum?: object; body?: Uint8Array },
): Block {
  const ethereum = { ...decodeEthereumHeader(block.appHeader), ...change.ethereum }
  const appHeader = encodeEthereumHeader(ethereum)
  return createBlock({
    appHeader,
    appBody: change.body ?? block.appBody,
    justification: block.justification,
    header: { ...block.header, payloadRoot: payloadRoot(appHeader, block.justification), ...change.header },
  })
}

describe('a rollup application', () => {
  test('executes alike on a replica that only verifies', async () => {
    const leader = await createLocalRollup()
    const replica = await createLocalRollup()
    assert.equal(leader.application.genesis.digest, replica.application.genesis.digest)
    for (const raw of [await sign(0, DEPLOYMENT), await sign(1, transferTokens(5n))]) submit(leader, raw)
    let parent = leader.application.genesis
    for (let round = 0; round < 3; round++) {
      const block = await propose(leader, parent)
      assert.equal(await replica.application.verify(block, parent), true)
      await leader.application.commit([block], certify(block))
      await replica.application.commit([block], certify(block))
      submit(leader, await sign(2 + round, transferTokens(1n)))
      parent = block
    }
    const { head } = replica.application.chain
    assert.equal(head.state.root, leader.application.chain.head.state.root)
    assert.equal(head.header.number, 3)
    assert.equal(abi.decodeFunctionResult('balanceOf', await storageBalance(replica)).at(0), 7n)
  })

  test('has the state root that @ethereumjs/mpt computes', async () => {
    const local = await createLocalRollup()
    submit(local, await sign(0, DEPLOYMENT))
    submit(local, await sign(1, transferTokens(5n)))
    submit(local, await sign(2, { to: CONTRACT, data: abi.encodeFunctionData('fill', [9]) }))
    await mine(local)
    submit(local, await sign(3, { to: CONTRACT, data: abi.encodeFunctionData('clear', [4]) }))
    await mine(local)
    assert.equal(local.application.chain.head.header.stateRoot, toHex(await oracleRoot(local)))
  })

  test('burns the base fee and pays the tip to the account in the proposer’s seat', async () => {
    const local = await createLocalRollup()
    submit(local, await sign(0, { to: FRESH, value: 1n, gasLimit: 21_000 }))
    const block = await mine(local)
    const { state, header } = local.application.chain.head
    const proposer = committee.members[block.header.proposer]!.account
    assert.equal(header.beneficiary, proposer)
    assert.equal(state.account(proposer)!.balance, 21_000n * 10n ** 9n)
    const total = DEV_ADDRESSES.concat(FRESH, proposer).reduce(
      (sum, address) => sum + (state.account(address)?.balance ?? 0n),
      0n,
    )
    assert.equal(40_000n * 10n ** 18n - total, 21_000n * header.baseFeePerGas)
  })

  test('answers BLOCKHASH by the fork that the block is on', async () => {
    const local = await createLocalRollup()
    submit(local, await sign(0, DEPLOYMENT))
    await mine(local)
    const parent = local.application.chain.head
    submit(local, await sign(1, { to: CONTRACT, data: abi.encodeFunctionData('observe', [1]) }))
    await mine(local)
    const { receipts } = local.application.chain.head
    assert.equal(toHex(receipts[0]!.logs[0]!.data), parent.hash)
  })

  test('keeps forks apart and forgets the abandoned one', async () => {
    const local = await createLocalRollup()
    const { application } = local
    const raw = await sign(0, { to: FRESH, value: 1n, gasLimit: 21_000 })
    const empty = await propose(local, application.genesis, 1)
    submit(local, raw)
    const left = await propose(local, application.genesis, 2)
    const right = await propose(local, empty, 3)
    assert.equal(await application.verify(left, application.genesis), true)
    assert.equal(left.header.height, 1)
    await application.commit([empty, right], certify(right))
    assert.equal(application.chain.head.block.digest, right.digest)
    assert.equal(application.chain.head.state.account(FRESH)!.balance, 1n)
    assert.equal(application.chain.stateAt(1)!.account(FRESH), null)
    assert.equal(await application.verify(await forgeChild(left), left), false)
    assert.equal(application.chain.pending(toHex(keccak256(left.appHeader))), null)
    assert.equal(application.mempool.size, 0)
  })

  test('refuses a block that claims anything else than executing it gives', async () => {
    const leader = await createLocalRollup()
    const { application: replica } = await createLocalRollup()
    const raw = await sign(0, { to: FRESH, value: 1n, gasLimit: 21_000 })
    submit(leader, raw)
    const { genesis } = leader.application
    const block = await propose(leader, genesis)
    const ethereum = decodeEthereumHeader(block.appHeader)
    const other: Hex = `0x${'99'.repeat(32)}`
    const forgeries: Record<string, Block> = {
      'state root': forge(block, { ethereum: { stateRoot: other }, header: { stateRoot: other } }),
      'state root in the consensus header only': forge(block, { header: { stateRoot: other } }),
      'receipts root': forge(block, { ethereum: { receiptsRoot: other } }),
      bloom: forge(block, { ethereum: { logsBloom: new Uint8Array(256).fill(1) } }),
      'gas used': forge(block, { ethereum: { gasUsed: ethereum.gasUsed + 1 } }),
      'base fee': forge(block, { ethereum: { baseFeePerGas: 1n } }),
      'gas limit': forge(block, { ethereum: { gasLimit: 60_000_000 } }),
      randomness: forge(block, { ethereum: { prevRandao: other } }),
      'Beacon root': forge(block, { ethereum: { parentBeaconBlockRoot: other } }),
      beneficiary: forge(block, { ethereum: { beneficiary: FRESH } }),
      proposer: forge(block, { header: { proposer: (block.header.proposer + 1) % 5 } }),
      'seat that does not exist': forge(block, { header: { proposer: 77 } }),
      timestamp: forge(block, { ethereum: { timestamp: ethereum.timestamp + 1 } }),
      'body without the transaction': forge(block, { body: encodeBody([]) }),
      'body with it twice': forge(block, { body: encodeBody([raw, raw]) }),
      'body of noise': forge(block, { body: Uint8Array.of(0, 0, 0, 1) }),
      'time before the parent': forge(block, { header: { time: genesis.header.time - 1 } }),
      height: forge(block, { header: { height: height(2) } }),
    }
    for (const [claim, forged] of Object.entries(forgeries)) {
      assert.equal(await replica.verify(forged, genesis), false, claim)
    }
    assert.equal(await replica.verify(block, genesis), true)
    assert.equal(
      await replica.verify(forgeries.proposer!, genesis),
      false,
      'a known execution for another proposer',
    )
  })

  test('refers to a finalised Beacon block, never an older one than its parent, at most 8 behind', async () => {
    const leader = await createLocalRollup()
    const replica = await createLocalRollup()
    const { genesis } = leader.application
    leader.beacon.newest = 12
    const ahead = await propose(leader, genesis)
    assert.equal(await replica.application.verify(ahead, genesis), false, 'not finalised here')
    replica.beacon.newest = 12
    assert.equal(await replica.application.verify(ahead, genesis), true)
    leader.beacon.newest = 11
    await assert.rejects(propose(leader, ahead, 2), /nothing was built/)
    const old = await createLocalRollup()
    old.beacon.newest = 3
    const lagging = await propose(old, genesis, 2)
    assert.equal(await replica.application.verify(lagging, genesis), false, 'too old')
    assert.equal(await replica.application.verify(lagging, genesis, true), true, 'certified in time')
    replica.beacon.newest = 11
    assert.equal(await replica.application.verify(lagging, genesis), true)
  })

  test('refuses another body under the header of a block that it has verified', async () => {
    const leader = await createLocalRollup()
    const replica = await createLocalRollup()
    const { genesis } = leader.application
    submit(leader, await sign(0, { to: FRESH }))
    const block = await propose(leader, genesis)
    assert.equal(await replica.application.verify(block, genesis), true)
    assert.equal(await replica.application.verify({ ...block, appBody: encodeBody([]) }, genesis), false)
    assert.equal(await replica.application.verify(block, genesis), true)
  })

  test('waits a moment for a Beacon block that is about to be finalised', async () => {
    const leader = await createLocalRollup()
    const replica = await createLocalRollup()
    leader.beacon.newest = 12
    const block = await propose(leader, leader.application.genesis)
    const verdict = replica.application.verify(block, leader.application.genesis)
    replica.beacon.newest = 12
    assert.equal(await verdict, true)
  })

  test('goes on after a crash where the store left off', async () => {
    const first = await createLocalRollup()
    submit(first, await sign(0, DEPLOYMENT))
    const committed = await mine(first)
    submit(first, await sign(1, transferTokens(5n)))
    const lost = await propose(first, committed)

    const second = await createLocalRollup({ store: first.store })
    const { chain } = second.application
    assert.equal(chain.head.block.digest, committed.digest)
    assert.equal(chain.head.state.root, committed.header.stateRoot)
    assert.deepEqual(chain.head.receipts, first.application.chain.head.receipts)
    assert.equal(await second.application.verify(lost, committed), true)
    await second.application.commit([committed, lost], certify(lost))
    await second.application.commit([committed, lost], certify(lost))
    assert.equal(chain.head.block.digest, lost.digest)
    const source = second.application.blocksOf(INSTANCE, height(0))
    assert.equal((await source.certifiedFrom(height(0)))!.block.digest, committed.digest)
    assert.equal((await source.head())!.block.digest, lost.digest)
    assert.equal(await source.blockAt(height(0)), null)
    const later = second.application.blocksOf({ ...INSTANCE, sub: 1 }, height(2))
    assert.equal(await later.head(), null)
  })

  test('refuses a store of another rollup', async () => {
    const { store } = await createLocalRollup()
    await assert.rejects(createLocalRollup({ store, spec: { gasLimit: 1_000_000 } }), { code: 'R002' })
  })

  test('commits certified blocks that it never saw before', async () => {
    const leader = await createLocalRollup()
    submit(leader, await sign(0, DEPLOYMENT))
    const one = await propose(leader, leader.application.genesis)
    const two = await propose(leader, one)
    const late = await createLocalRollup()
    late.beacon.newest = 500
    await late.application.commit([one, two], certify(two))
    assert.equal(late.application.chain.head.state.root, two.header.stateRoot)
    const source = late.application.blocksOf(INSTANCE, height(0))
    assert.equal((await source.certifiedFrom(height(1)))!.block.digest, two.digest)
    const wrong = forge(two, { header: { stateRoot: `0x${'99'.repeat(32)}` } })
    const fooled = await createLocalRollup()
    await assert.rejects(fooled.application.commit([one, wrong], certify(wrong)), { code: 'R001' })
  })

  test('tells since when a transaction waits that the next block could take', async () => {
    const local = await createLocalRollup()
    const { application, clock } = local
    assert.equal(application.pendingSince(), null)
    clock.time += 5
    submit(local, await sign(1, { to: FRESH }))
    assert.equal(application.pendingSince(), null, 'queued behind a gap')
    clock.time += 5
    submit(local, await sign(0, { to: FRESH }))
    assert.equal(application.pendingSince(), clock.time)
    const block = await propose(local, application.genesis)
    assert.equal(application.pendingSince(), null)
    assert.equal(application.pendingSince(application.genesis), clock.time)
    await application.commit([block], certify(block))
    assert.equal(application.pendingSince(), null)
  })

  test('a transaction that cannot pay the base fee is no work, nor are those behind it', async () => {
    const local = await createLocalRollup()
    const stingy = { to: FRESH, maxFeePerGas: 1n, maxPriorityFeePerGas: 1n }
    submit(local, await sign(0, stingy))
    submit(local, await sign(1, { to: FRESH }))
    assert.equal(local.application.pendingSince(), null)
    submit(local, await sign(0, { to: FRESH }))
    assert.equal(local.application.pendingSince(), local.clock.time)
  })

  test('takes no transaction that fits into no block', async () => {
    const local = await createLocalRollup()
    const sized = (bytes: number) =>
      sign(0, { to: FRESH, data: `0x${'00'.repeat(bytes)}`, gasLimit: 10_000_000 })
    const overhead = (await sized(TRANSACTION_BYTES_MAX - 200)).length - TRANSACTION_BYTES_MAX + 200
    const tooLarge = local.application.submit(await sized(TRANSACTION_BYTES_MAX - overhead + 1))
    assert.match(tooLarge.refusal!.message, /^oversized data/)
    submit(local, await sized(TRANSACTION_BYTES_MAX - overhead))
    await mine(local)
    assert.equal(local.application.chain.head.transactions.length, 1)
  })

  test('forgets a transaction that no view leaves the time to execute', async () => {
    const { application, clock } = await createLocalRollup()
    const { chain, mempool } = application
    application.submit(await sign(0, { to: FRESH }))
    const slow: Vm = {
      fork: 'prague',
      isPrecompile: () => true,
      run: async () => {
        clock.time += 2_001
        return { ...NO_EFFECT, gasUsed: 50_000 }
      },
    }
    const execution = new BlockExecution(slow, chain.head, chain.head.header)
    await fillBlock(execution, mempool, chain.head.state, clock)
    assert.equal(execution.transactions.length, 1)
    assert.equal(mempool.size, 0)
  })

  test('stops at the gas limit and the size of a block', async () => {
    const local = await createLocalRollup({ spec: { gasLimit: 100_000 } })
    for (let nonce = 0; nonce < 6; nonce++) submit(local, await sign(nonce, { to: FRESH, gasLimit: 21_000 }))
    await mine(local)
    assert.equal(local.application.chain.head.transactions.length, 4)
    await mine(local)
    assert.equal(local.application.chain.head.transactions.length, 2)
  })

  async function forgeChild(parent: Block): Promise<Block> {
    return forge(parent, { header: { height: height(2), parent: parent.digest } })
  }

  /** As balanceOf(FRESH) would return it: the mapping of balances is at slot 0. */
  async function storageBalance({ application }: LocalRollup): Promise<Uint8Array> {
    const slot = toHex(keccak256(fromHex(`0x${FRESH.slice(2).padStart(64, '0')}`), new Uint8Array(32)))
    const value = application.chain.head.state.storage(CONTRACT, slot)
    return fromHex(`0x${toHex(value).slice(2).padStart(64, '0')}`)
  }

  /** Root of all accounts in the store, each with the root of its storage, by another implementation. */
  async function oracleRoot({ store, application }: LocalRollup): Promise<Uint8Array> {
    const accounts = await createMPT({ useKeyHashing: true })
    for await (const [key] of store.entries('state/account/')) {
      const address = key.slice('state/account/'.length) as Hex
      const { nonce, balance, codeHash } = application.chain.head.state.account(address)!
      const storage = await createMPT({ useKeyHashing: true })
      for await (const [path, value] of store.entries(`state/storage/${address}/`)) {
        const slot = path.split('/').at(-1)!
        const item =
          value.length === 1 && value[0]! < 0x80 ? value : Uint8Array.of(0x80 + value.length, ...value)
        await storage.put(fromHex(slot), item)
      }
      const fields = {
        nonce: BigInt(nonce),
        balance,
        codeHash: fromHex(codeHash),
        storageRoot: storage.root(),
      }
      await accounts.put(fromHex(address), createAccount(fields).serialize())
    }
    return accounts.root()
  }
})
