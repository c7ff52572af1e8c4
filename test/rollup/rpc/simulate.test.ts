import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { fromHex, type Hex } from '../../../src/primitives/bytes.ts'
import type { Methods } from '../../../src/rpc/dispatch.ts'
import { RpcError } from '../../../src/rpc/rpc-error.ts'
import { CHAIN_ID, createLocalMethods, createLocalRollup, type LocalRollup, mine } from '../local-rollup.ts'
import { abi, CONTRACT, DEPLOYMENT, wallet } from '../probe.ts'

const SENDER = wallet.address.toLowerCase()
const FRESH = `0x${'66'.repeat(20)}`
const ETHER = `0x${'ee'.repeat(20)}`

type Json = Record<string, unknown>

describe('eth_simulateV1', () => {
  let local: LocalRollup
  let methods: Methods

  const simulate = async (blockStateCalls: Json[], options: Json = {}) =>
    (await methods.eth_simulateV1!([{ blockStateCalls, ...options }, 'latest'], {} as never)) as (Json & {
      calls: Json[]
    })[]
  const refused = (code: number) => (error: unknown) => error instanceof RpcError && error.code === code
  const call = (name: string, ...values: unknown[]) => ({
    from: SENDER,
    to: CONTRACT,
    data: abi.encodeFunctionData(name, values),
  })

  before(async () => {
    local = await createLocalRollup()
    methods = await createLocalMethods(local)
    const fees = { maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 0n }
    const { data } = DEPLOYMENT
    const sent = { chainId: CHAIN_ID, nonce: 0, gasLimit: 2_000_000, type: 2, ...fees, data }
    local.application.submit(fromHex((await wallet.signTransaction(sent)) as Hex))
    await mine(local)
  })

  test('calls see what those before them did, in their block and in those before it', async () => {
    const balance = { to: CONTRACT, data: abi.encodeFunctionData('balanceOf', [FRESH]) }
    const transfer = call('transfer', FRESH, 5n)
    const [first, second] = await simulate([{ calls: [transfer, balance] }, { calls: [transfer, balance] }])
    assert.deepEqual(
      [first!, second!].map(({ calls }) => BigInt(calls[1]!.returnData as Hex)),
      [5n, 10n],
    )
    assert.equal(second!.parentHash, first!.hash)
    const [log] = first!.calls[0]!.logs as Json[]
    assert.deepEqual([log!.address, log!.blockHash, log!.logIndex], [CONTRACT, first!.hash, '0x0'])
    // Nothing of it stays.
    const { state } = local.application.chain.head
    assert.equal(state.account(FRESH as Hex), null)
    assert.equal(state.account(SENDER as Hex)!.nonce, 1n)
  })

  test('a block with a transaction that is mined afterwards has the same state root', async () => {
    const { header, hash } = local.application.chain.head
    const gas = { gas: '0x5208', maxFeePerGas: '0x2540be400', maxPriorityFeePerGas: '0x1' }
    const transfer = { from: SENDER, to: FRESH, value: '0x7', nonce: '0x1', ...gas }
    const fields = { chainId: CHAIN_ID, type: 2, to: FRESH, value: 7n, nonce: 1, gasLimit: 21_000 }
    const raw = await wallet.signTransaction({
      ...fields,
      maxFeePerGas: 10n ** 10n,
      maxPriorityFeePerGas: 1n,
    })
    local.application.submit(fromHex(raw as Hex))
    await mine(local)
    const mined = local.application.chain.head.header
    const overrides = {
      time: `0x${mined.timestamp.toString(16)}`,
      feeRecipient: mined.beneficiary,
    }
    const payload = { blockStateCalls: [{ blockOverrides: overrides, calls: [transfer] }], validation: true }
    const [block] = (await methods.eth_simulateV1!([payload, hash], {} as never)) as Json[]
    assert.equal(block!.baseFeePerGas, `0x${mined.baseFeePerGas.toString(16)}`)
    assert.equal(block!.gasUsed, '0x5208')
    assert.equal(block!.receiptsRoot, mined.receiptsRoot)
    assert.equal(block!.parentHash, hash)
    assert.equal(header.number + 1, mined.number)
    // All but what the protocol writes of the Beacon block that the real one refers to.
    assert.notEqual(block!.stateRoot, header.stateRoot)
  })

  test('transfers of ether are shown as logs, where they happen, unless they were taken back', async () => {
    const rich = { [FRESH]: { balance: '0x64' } }
    const calls = [
      { from: FRESH, to: SENDER, value: '0x7' },
      { ...call('nested'), value: '0x3' },
      { ...call('fail'), value: '0x0' },
    ]
    const [block] = await simulate([{ stateOverrides: rich, calls }], { traceTransfers: true })
    const shown = block!.calls.map(({ logs }) =>
      ((logs ?? []) as Json[]).map(({ address, data }) => [address, BigInt(data as Hex)]),
    )
    assert.deepEqual(shown[0], [[ETHER, 7n]])
    // Sent, given to the child at its creation, and back from it when it is destroyed.
    assert.deepEqual(shown[1], [
      [ETHER, 3n],
      [ETHER, 3n],
      [ETHER, 3n],
    ])
    assert.deepEqual(shown[2], [])
  })

  test('calls that fail say how', async () => {
    const [block] = await simulate([{ calls: [call('fail'), { ...call('breakDown'), gas: '0xea60' }] }])
    const [reverted, halted] = block!.calls as { status: string; error: Json }[]
    assert.deepEqual([reverted!.status, halted!.status], ['0x0', '0x0'])
    assert.equal(reverted!.error.code, 3)
    assert.match(String(reverted!.error.message), /^execution reverted: as told$/)
    assert.equal(halted!.error.code, -32015)
  })

  test('what is wished of blocks is so', async () => {
    const overrides = {
      number: '0x9',
      time: '0x70000000',
      feeRecipient: FRESH,
      baseFeePerGas: '0x9',
      prevRandao: '0x5',
    }
    const blocks = await simulate([
      {
        blockOverrides: overrides,
        calls: [{ ...call('environment'), maxFeePerGas: '0x9' }],
      },
    ])
    const { number: head } = local.application.chain.head.header
    assert.equal(blocks.length, 9 - head)
    const last = blocks.at(-1)!
    assert.deepEqual([last.number, last.timestamp, last.miner], ['0x9', '0x70000000', FRESH])
    const seen = abi.decodeFunctionResult('environment', last.calls[0]!.returnData as string)
    assert.deepEqual(
      [...seen].map((value) => String(value).toLowerCase()),
      ['9', String(0x70000000), FRESH, '9', '5', String(CHAIN_ID)],
    )
  })

  test('what a block could not have is refused with its own code', async () => {
    const poor = { from: `0x${'12'.repeat(20)}`, to: FRESH, value: '0x1' }
    const validation = { validation: true }
    const paid = { from: SENDER, to: FRESH, maxFeePerGas: '0x2540be400', gas: '0x5208' }
    const cases: [number, Promise<unknown>][] = [
      [-38010, simulate([{ calls: [{ ...paid, nonce: '0x0' }] }], validation)],
      [-38011, simulate([{ calls: [{ ...paid, nonce: '0x99' }] }], validation)],
      [-38012, simulate([{ calls: [{ ...paid, maxFeePerGas: '0x1' }] }], validation)],
      [-38013, simulate([{ calls: [{ ...paid, gas: '0x5000' }] }])],
      [-38014, simulate([{ calls: [poor] }])],
      [-38015, simulate([{ calls: [{ ...paid, gas: '0x7fffffff' }] }])],
      [-38020, simulate([{ blockOverrides: { number: '0x0' } }])],
      [-38021, simulate([{ blockOverrides: { time: '0x1' } }])],
      [-38025, simulate([{ calls: [{ from: SENDER, data: `0x${'00'.repeat(49_153)}` }] }])],
      [-38026, simulate([{ blockOverrides: { number: '0xffffff' } }])],
      [-32602, simulate([])],
      [-32602, simulate([{ blockOverrides: { blobBaseFee: '0x1' } }])],
    ]
    for (const [code, simulation] of cases) await assert.rejects(simulation, refused(code), String(code))
  })
})
