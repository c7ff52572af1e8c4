import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { TransactionLike } from 'ethers'
import { fromHex, type Hex } from '../../../src/primitives/bytes.ts'
import type { Methods } from '../../../src/rpc/dispatch.ts'
import { RpcError } from '../../../src/rpc/rpc-error.ts'
import { CHAIN_ID, createLocalMethods, createLocalRollup, type LocalRollup, mine } from '../local-rollup.ts'
import { abi, CONTRACT, DEPLOYMENT, SUPPLY, wallet } from '../probe.ts'

const sender = wallet.address.toLowerCase()
const HOLDER = `0x${'77'.repeat(20)}`

type Trace = Record<string, unknown>

/** That traces are right is compared with anvil's in test/rollup/anvil.test.ts: here is what can be asked for, and what is refused. */
describe('debug_trace*', () => {
  let local: LocalRollup
  let methods: Methods
  let nonce = 0
  /** Two transfers of tokens, in one block. */
  let hashes: Hex[]

  const ask = async (method: string, ...params: unknown[]) =>
    (await methods[method]!(params, {} as never)) as Trace
  const refused = (code: number, message: RegExp) => (error: unknown) =>
    error instanceof RpcError && error.code === code && message.test(error.message)

  async function send(fields: TransactionLike): Promise<Hex> {
    const fees = { maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 10n ** 9n }
    const sent = { chainId: CHAIN_ID, nonce: nonce++, gasLimit: 2_000_000, type: 2, ...fees, ...fields }
    const { hash, refusal } = local.application.submit(fromHex((await wallet.signTransaction(sent)) as Hex))
    assert.equal(refusal, null)
    return hash!
  }

  before(async () => {
    local = await createLocalRollup()
    methods = await createLocalMethods(local)
    await send(DEPLOYMENT)
    await mine(local)
    const transfer = { to: CONTRACT, data: abi.encodeFunctionData('transfer', [HOLDER, 5n]) }
    hashes = [await send(transfer), await send(transfer)]
    await mine(local)
  })

  test('a transaction is traced where it stands in its block', async () => {
    const prestate = { tracer: 'prestateTracer' }
    const [first, second] = (await Promise.all(
      hashes.map((hash) => ask('debug_traceTransaction', hash, prestate)),
    )) as Record<string, { nonce: number; storage: Record<string, string> }>[]
    assert.deepEqual([first![sender]!.nonce, second![sender]!.nonce], [1, 2])
    const held = (state: typeof first) => Object.values(state![CONTRACT]!.storage).map(BigInt)
    assert.ok(held(first).includes(SUPPLY) && held(first).includes(0n))
    assert.ok(held(second).includes(SUPPLY - 5n) && held(second).includes(5n))
  })

  test('what a transaction changes is told without what it only reads', async () => {
    const options = { tracer: 'prestateTracer', tracerConfig: { diffMode: true, disableCode: true } }
    const { pre, post } = (await ask('debug_traceTransaction', hashes[1], options)) as Record<string, Trace>
    assert.deepEqual(post![sender], { balance: (post![sender] as Trace).balance, nonce: 3 })
    const slots = (post![CONTRACT] as Trace).storage as Trace
    assert.deepEqual(
      Object.values(slots)
        .map((word) => BigInt(word as Hex))
        .sort(),
      [10n, SUPPLY - 10n],
    )
    assert.deepEqual(Object.keys((pre![CONTRACT] as Trace).storage as Trace), Object.keys(slots))
  })

  test('a block is traced as its transactions are', async () => {
    const options = { tracer: 'callTracer', tracerConfig: { withLog: true } }
    const traced = await ask('debug_traceBlockByNumber', '0x2', options)
    const { hash } = local.application.chain.head
    assert.deepEqual(await ask('debug_traceBlockByHash', hash, options), traced)
    const each = hashes.map(async (txHash) => ({
      txHash,
      result: await ask('debug_traceTransaction', txHash, options),
    }))
    assert.deepEqual(traced, await Promise.all(each))
  })

  test('a call is traced on a state that never was', async () => {
    const code = `0x${'5f'.repeat(2)}fd`
    const overrides = { [HOLDER]: { code } }
    const request = { from: sender, to: HOLDER, gas: '0xc350' }
    const { structLogs, failed } = await ask('debug_traceCall', request, 'latest', {
      stateOverrides: overrides,
    })
    assert.equal(failed, true)
    const names = (structLogs as Trace[]).map(({ op, depth, stack }) => [op, depth, stack])
    assert.deepEqual(names, [
      ['PUSH0', 1, []],
      ['PUSH0', 1, ['0x0']],
      ['REVERT', 1, ['0x0', '0x0']],
    ])
  })

  test('steps show what was asked for', async () => {
    const options = { disableStack: true, disableStorage: true, enableMemory: true, limit: 3 }
    const { structLogs } = await ask('debug_traceTransaction', hashes[0], options)
    const steps = structLogs as Trace[]
    assert.equal(steps.length, 3)
    for (const step of steps) assert.deepEqual([step.stack, step.storage], [undefined, undefined])
    assert.deepEqual(steps[2]!.memory, [])
  })

  test('what is stored and loaded is shown with the step that does it', async () => {
    const { structLogs } = await ask('debug_traceTransaction', hashes[0])
    const steps = structLogs as Trace[]
    const touching = steps.filter(({ storage }) => storage !== undefined)
    const opcodes = new Set(touching.map(({ op }) => op))
    assert.deepEqual([...opcodes].sort(), ['SLOAD', 'SSTORE'])
    const last = touching.at(-1)!.storage as Trace
    assert.deepEqual(
      Object.values(last)
        .map((word) => BigInt(word as Hex))
        .sort(),
      [5n, SUPPLY - 5n],
    )
  })

  test('an endless loop is given up before it fills the memory', async () => {
    const loop = { [HOLDER]: { code: '0x5b5f5f5f5f5f5f5f505050505050505f56' } }
    const request = { to: HOLDER, gas: '0x1c9c380' }
    await assert.rejects(
      ask('debug_traceCall', request, 'latest', { stateOverrides: loop }),
      refused(-32000, /too large/),
    )
    // And the VM goes on.
    const { failed } = await ask('debug_traceTransaction', hashes[0])
    assert.equal(failed, false)
  })

  test('calls with much to show are given up before they fill the memory', async () => {
    // Calls an empty account with 128 KiB of memory, again and again.
    const loop = { [HOLDER]: { code: '0x5b5f5f620200005f5f60aa5af1505f56' } }
    const request = { to: HOLDER, gas: '0x1c9c380' }
    const options = { stateOverrides: loop, tracer: 'callTracer' }
    await assert.rejects(ask('debug_traceCall', request, 'latest', options), refused(-32000, /too large/))
    const tracerConfig = { onlyTopCall: true }
    const { error } = await ask('debug_traceCall', request, 'latest', { ...options, tracerConfig })
    assert.equal(error, 'out of gas')
  })

  test('the transactions of a block share what one request may take', async () => {
    const endless = { to: CONTRACT, data: abi.encodeFunctionData('spin'), gasLimit: 2_600_000 }
    const [hash] = [await send(endless), await send(endless)]
    await mine(local)
    const { failed } = await ask('debug_traceTransaction', hash, { limit: 1 })
    assert.equal(failed, true)
    await assert.rejects(
      ask('debug_traceBlockByNumber', 'latest', { limit: 1 }),
      refused(-32000, /1000000 steps/),
    )
  })

  test('a call is traced in a block that never was', async () => {
    // Returns NUMBER and TIMESTAMP.
    const code = '0x435f524260205260405ff3'
    const blockOverrides = { number: '0x1234', time: '0x77777777' }
    const options = { stateOverrides: { [HOLDER]: { code } }, blockOverrides, tracer: 'callTracer' }
    const { output } = await ask('debug_traceCall', { to: HOLDER }, 'latest', options)
    assert.equal(BigInt(output as Hex), (0x1234n << 256n) | 0x77777777n)
    await assert.rejects(
      ask('debug_traceCall', { to: HOLDER }, 'latest', { txIndex: '0x0' }),
      refused(-32602, /txIndex/),
    )
  })

  test('what is unknown is refused', async () => {
    await assert.rejects(ask('debug_traceTransaction', `0x${'99'.repeat(32)}`), refused(-32000, /not found/))
    await assert.rejects(ask('debug_traceBlockByNumber', 'earliest'), refused(-32000, /genesis/))
    const script = { tracer: '{ result: () => 1, fault: () => 2 }' }
    await assert.rejects(ask('debug_traceTransaction', hashes[0], script), refused(-32602, /JavaScript/))
    const odd = { tracer: 'callTracer', tracerConfig: { withLog: 'yes' } }
    await assert.rejects(ask('debug_traceTransaction', hashes[0], odd), refused(-32602, /withLog/))
  })
})
