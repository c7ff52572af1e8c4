/** Faults from a test, on a real network: short ones; test/faults/ has those that take their time. */

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createDevnet, type FaultStep, type TestDevnet } from '../../src/testing/index.ts'

const WITHIN_MS = 20_000

describe('faults that a test causes', { timeout: 120_000 }, () => {
  let devnet: TestDevnet

  before(async () => {
    devnet = await createDevnet({ validators: 5, l1: 'none' })
  })
  after(() => devnet?.stop())

  const kinds = async () => (await devnet.fault.active()).map(({ kind }) => kind)
  const goesOn: FaultStep = { expect: { rollup: 'app', withinMs: WITHIN_MS } }

  test('a network goes on without one validator, and with it again when it is healed', async () => {
    const { validator, rpcUrl } = devnet.rollup().committee[0]!
    await devnet.fault.partition([`validator-${validator}`])
    await devnet.fault.delay('validator-4', { ms: 20, jitterMs: 5 })
    assert.deepEqual(await kinds(), ['partition', 'delay'])
    await devnet.fault.run([goesOn, { expect: { beaconBlocks: 2, withinMs: WITHIN_MS } }])

    await devnet.fault.heal()
    assert.deepEqual(await kinds(), [])
    const sent = await devnet
      .rollup()
      .signer()
      .sendTransaction({ to: devnet.accounts[1]!.address, value: 1n })
    await devnet.waitFor(sent, 'beacon')
    await hasTransaction(rpcUrl!, sent.hash)
  })

  test('whoever votes for two blocks is slashed, and keeps its seat where there is no reserve', async () => {
    const { validator } = devnet.rollup().committee[0]!
    await devnet.fault.run([
      { fault: { kind: 'equivocate', processes: [`validator-${validator}`], rollups: ['app'] } },
      { expect: { offence: `validator-${validator}`, withinMs: WITHIN_MS } },
      { fault: { kind: 'heal' } },
      goesOn,
    ])
    type Evidence = { validator: number; offence: string; slashed: string; instance: { rollup: number } }
    const method = 'beacon_getEvidence'
    const [one, ...more] = await devnet.beacon.request<Evidence[]>({ method })
    assert.deepEqual([one!.validator, one!.offence, one!.instance.rollup], [validator, 'NN', 1])
    assert.ok(BigInt(one!.slashed) > 0n)
    assert.deepEqual(more, [])
    const seats = devnet.rollup().committee.map((seat) => seat.validator)
    assert.ok(seats.includes(validator))
  })

  test('an expectation that is not met says what there was instead, and leaves the faults on', async () => {
    const [first, second] = devnet.rollup().committee.map(({ validator }) => `validator-${validator}`)
    const done: string[] = []
    await assert.rejects(
      devnet.fault.run(
        [
          { fault: { kind: 'pause', processes: [first!, second!] } },
          { expect: { rollup: 'app', standsStillMs: 1_500, withinMs: WITHIN_MS } },
          { expect: { rollup: 'app', withinMs: 500 } },
        ],
        { onStep: ({ step }) => void done.push(step) },
      ),
      {
        code: 'C405',
        message: /^step 3: not within 500 ms: a new block of app is 'soft'; it was at block \d+/,
      },
    )
    assert.deepEqual(done, [`pause ${first}, ${second}`, 'app stands still for 1500 ms'])
    assert.deepEqual(await kinds(), ['pause'])
    await devnet.fault.resume([first!, second!])
    await devnet.fault.run([goesOn])
  })
})

/** Asked of one seat alone, until it has caught up. */
async function hasTransaction(rpcUrl: string, hash: string): Promise<void> {
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'soft_waitFor',
    params: [hash, 'soft', WITHIN_MS],
  })
  const response = await fetch(rpcUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  const { result } = (await response.json()) as { result: { rung: string } | null }
  assert.ok(result !== null, `${rpcUrl} knows ${hash}`)
}
