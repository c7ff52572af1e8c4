/** Each fault that a user can cause, and its consequences: on one network of seven validators, under load, which must never lose what it confirmed. */

import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { createDevnet, type FaultStep, type TestDevnet } from '../../src/testing/index.ts'
import { Load } from './load.ts'
import { eventually } from './network.ts'

const WITHIN_MS = 30_000

/** Two thirds can't be had without it, and it is itself without them. */
const goesOn: FaultStep = { expect: { rollup: 'app', withinMs: WITHIN_MS } }
const beaconGoesOn: FaultStep = { expect: { beaconBlocks: 3, withinMs: WITHIN_MS } }
const standsStill: FaultStep = { expect: { rollup: 'app', standsStillMs: 3_000, withinMs: WITHIN_MS } }

describe('a network under faults', { timeout: 600_000 }, () => {
  let devnet: TestDevnet
  let load: Load

  before(async () => {
    // Epochs that outlast each fault: committees change in other tests.
    devnet = await createDevnet({ validators: 7, epochBlocks: 2_000 })
    const { rpcUrl, chainId } = devnet.rollup()
    const [, one, other] = devnet.accounts
    load = new Load(rpcUrl, chainId, [one!.privateKey, other!.privateKey])
    await load.more(20, WITHIN_MS)
  })
  after(async () => {
    await load?.stop()
    await devnet?.stop()
  })
  afterEach(async () => {
    await devnet.fault.heal()
    await load.more(20, 60_000)
    await load.assertNothingLost()
  })

  /** Processes of the committee's members, and of those who aren't. */
  const roles = () => {
    const members = devnet.rollup().committee.map(({ validator }) => `validator-${validator}`)
    const all = devnet.beacon.validators.map(({ index }) => `validator-${index}`)
    return { members, all, others: all.filter((name) => !members.includes(name)) }
  }

  test('one of five sequencers is cut off: the others go on, and it catches up', async () => {
    const { members, all } = roles()
    const [alone] = members as [string]
    await devnet.fault.partition([[alone], all.filter((name) => name !== alone)])
    await load.more(50, 60_000)
    await devnet.fault.heal()
    await caughtUp(devnet, alone)
  })

  test('two of five are cut off: the rollup stands still, and nothing is forked', async () => {
    const { members } = roles()
    const [a, b] = members as [string, string]
    await devnet.fault.run([
      { fault: { kind: 'partition', groups: [[a, b]] } },
      standsStill,
      beaconGoesOn,
      { fault: { kind: 'heal' } },
      { ...goesOn, after: 'heal' },
    ])
  })

  test('halves of the whole network: both layers stand still until they meet again', async () => {
    const { all } = roles()
    const halves = [all.slice(0, 3), all.slice(3, 6), all.slice(6)]
    await devnet.fault.run([
      { fault: { kind: 'partition', groups: halves } },
      standsStill,
      { fault: { kind: 'heal' } },
      { expect: { rollup: 'app', withinMs: 20_000 }, after: 'heal' },
      { ...beaconGoesOn, after: 'heal' },
    ])
  })

  test('one hears everybody and is heard by nobody, then the other way round', async () => {
    const { members, all } = roles()
    const [mute] = members as [string]
    await devnet.fault.partition([[mute]], { oneWay: true })
    // What users send to it, if it is the one that serves them, waits there.
    await devnet.fault.run([goesOn, goesOn, goesOn])
    await devnet.fault.heal()
    await load.more(30, 60_000)
    await devnet.fault.partition([all.filter((name) => name !== mute), [mute]], { oneWay: true })
    await load.more(30, 60_000)
    await devnet.fault.heal()
    await caughtUp(devnet, mute)
  })

  test('messages that are late and lost cost time and nothing else', async () => {
    const { all } = roles()
    await devnet.fault.delay(all, { ms: 40, jitterMs: 30 })
    await load.more(30, 60_000)
    await devnet.fault.drop(all, { percent: 10 })
    await load.more(30, 120_000)
    await devnet.fault.run([beaconGoesOn])
  })

  test('a sequencer that hangs is done without, and goes on when it is let', async () => {
    const [hanging] = roles().members as [string]
    await devnet.fault.pause(hanging)
    await load.more(50, 60_000)
    await devnet.fault.resume(hanging)
    await caughtUp(devnet, hanging)
  })

  test('the L1 hangs, then dies: blocks are confirmed all the same, and posted when it is back', async () => {
    await devnet.fault.pause('l1')
    await devnet.fault.run([goesOn, beaconGoesOn])
    await devnet.fault.resume('l1')
    await devnet.fault.run([{ expect: { rollup: 'app', rung: 'posted', withinMs: WITHIN_MS } }])
    await devnet.fault.kill('l1')
    await load.more(20, 60_000)
    await devnet.fault.run([
      { fault: { kind: 'heal' } },
      { expect: { rollup: 'app', rung: 'posted', withinMs: WITHIN_MS }, after: 'heal' },
    ])
  })

  test('a sequencer that keeps its proposals to itself costs the views that it leads', async () => {
    const [member] = roles().members as [string]
    for (const from of ['most', 'all'] as const) {
      await devnet.fault.withhold(member, { from })
      await load.more(30, 60_000)
    }
  })

  test('a validator that votes for two blocks is told on, and stops nobody', async () => {
    const [member] = roles().members as [string]
    await devnet.fault.equivocate(member)
    await load.more(50, 60_000)
    const convicted = async () => {
      const method = 'beacon_getEvidence'
      const evidence = await devnet.beacon.request<{ validator: number }[]>({ method })
      return evidence.map(({ validator }) => `validator-${validator}`)
    }
    await eventually(async () => (await convicted()).length > 0, WITHIN_MS)
    assert.deepEqual(await convicted(), [member])
  })

  test('a slow disk slows its validator, and the rollup only where that leads', async () => {
    const [member] = roles().members as [string]
    await devnet.fault.slowDisk(member, { ms: 100 })
    await load.more(30, 60_000)
    await devnet.fault.slowDisk(roles().members, { ms: 50 })
    await load.more(20, 60_000)
  })

  test('several at once', async () => {
    const { members, others } = roles()
    const [a, b, c] = members as [string, string, string]
    await devnet.fault.kill(a)
    await devnet.fault.delay(b, { ms: 100 })
    await devnet.fault.slowDisk(c, { ms: 30 })
    await devnet.fault.partition([others.slice(0, 1)])
    await load.more(20, 60_000)
    await devnet.restart(a)
    const kinds = (await devnet.fault.active()).map(({ kind }) => kind)
    assert.deepEqual(kinds, ['delay', 'slow-disk', 'partition'])
    await load.more(20, 60_000)
    await devnet.fault.heal()
    await caughtUp(devnet, a)
  })

  test('time can be moved under faults, and a snapshot ends them', async () => {
    const [cut] = roles().members as [string]
    await devnet.fault.partition([[cut]])
    const { aheadMs } = await devnet.warp({ seconds: 3_600 })
    assert.equal(aheadMs, 3_600_000)
    await devnet.fault.kill(cut)
    await devnet.fault.pause('l1')
    await devnet.snapshot()
    assert.deepEqual(await devnet.fault.active(), [])
    const states = (await devnet.processes()).map(({ state }) => state)
    assert.ok(states.every((state) => state === 'running'))
  })
})

/** Its seat is as far as the rollup was when this was asked. */
async function caughtUp(devnet: TestDevnet, process: string): Promise<void> {
  const headOf = async (request: (method: string) => Promise<unknown>) =>
    Number(await request('eth_blockNumber'))
  const target = await headOf((method) => devnet.rollup().request({ method }))
  await eventually(async () => {
    // One that has started again answers elsewhere.
    const { rpcUrl } = devnet
      .rollup()
      .committee.find(({ validator }) => `validator-${validator}` === process)!
    const head = await headOf((method) => ask(rpcUrl!, method)).catch(() => -1)
    return head >= target
  }, WITHIN_MS)
}

async function ask(rpcUrl: string, method: string): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: [] })
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(rpcUrl, { method: 'POST', headers, body, signal: AbortSignal.timeout(5_000) })
  return ((await response.json()) as { result: unknown }).result
}
