/** A real network, a real collector: what `devnet.trace` says is what arrives as spans. */

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { BeaconError, Hex, Trace } from 'beaconlayer'
import { createDevnet, type TestDevnet } from 'beaconlayer/testing'
import { traceIdOf } from '../src/identity.ts'
import { send } from '../src/tasks.ts'
import { type CollectedSpan, Collector } from './collector.ts'
import { follow, optionsFor, projectWith, transfer } from './following.ts'

const RUNGS = ['proposed', 'notarized', 'soft', 'beacon', 'posted', 'final']
/** Init code that reverts. */
const REVERTING = '0x60006000fd'

suite('a network with a collector', { timeout: 120_000 }, () => {
  let devnet: TestDevnet
  before(async () => {
    devnet = await createDevnet({ validators: 5, rollups: [{ name: 'app', sequencers: 5 }] })
  })
  after(() => devnet.stop())

  test('a transaction that became final arrives as the trace that devnet.trace tells', async () => {
    await using collector = await Collector.start()
    const { end } = await follow(devnet, { endpoint: collector.url })
    const tx = await transfer(devnet)
    const spans = await collector.trace(traceIdOf(tx))
    assertMirrors(spans, await devnet.trace(tx), devnet)
    assert.deepEqual(await end(), [])
    const again = collector.requests
      .flatMap((request) => request.spans)
      .filter(({ name }) => name === 'transaction')
    assert.equal(again.length, new Set(again.map(({ traceId }) => traceId)).size, 'each transaction once')
  })

  test('`otel send` sends the same spans as the follower did, however often', async () => {
    await using collector = await Collector.start()
    const tx = await transfer(devnet)
    const project = await projectWith({ endpoint: collector.url, traceUrl: 'http://jaeger/trace/{traceId}' })
    const printed: string[] = []
    const print = (line: string) => void printed.push(line)
    const sent = await project.run(send, { tx }, optionsFor(devnet, { print }))
    assert.deepEqual(sent, {
      traceId: traceIdOf(tx),
      url: `http://jaeger/trace/${traceIdOf(tx)}`,
      spans: 7,
      isFinished: true,
    })
    assert.deepEqual(printed, [traceIdOf(tx)])
    await project.run(send, { tx }, optionsFor(devnet))
    const [first, second] = collector.requests.map(({ spans }) => spans)
    assert.deepEqual(first, second)
    assertMirrors(first!, await devnet.trace(tx), devnet)
  })

  test('a transaction that reverted is an error', async () => {
    await using collector = await Collector.start()
    const wallet = devnet.rollup().signer()
    const { hash } = await wallet.sendTransaction({ data: REVERTING, gasLimit: 200_000n })
    const project = await projectWith({ endpoint: collector.url })
    await devnet.waitFor(hash, 'soft')
    const { isFinished } = await project.run(send, { tx: hash as Hex, now: true }, optionsFor(devnet))
    const [root] = collector.requests[0]!.spans
    assert.equal(root!.status, 2)
    assert.deepEqual(root!.attributes['beacon.finished'], isFinished)
    assert.equal(root!.events[0]!.name, 'beacon.transaction.reverted')
  })

  test('what is on its way when the watcher ends is sent as far as it came', async () => {
    await using collector = await Collector.start()
    const { end, seen } = await follow(devnet, { endpoint: collector.url })
    const tx = await transfer(devnet)
    await seen(tx)
    assert.deepEqual(await end(), [])
    const [root, ...rungs] = await collector.trace(traceIdOf(tx))
    assert.equal(root!.attributes['beacon.finished'], rungs.at(-1)!.name === 'final')
    assert.deepEqual(
      rungs.slice(0, 3).map(({ name }) => name),
      RUNGS.slice(0, 3),
    )
  })

  test('a collector that is down costs one warning, and the watcher goes on', async () => {
    const collector = await Collector.start()
    const { url } = collector
    await collector[Symbol.asyncDispose]()
    const { end } = await follow(devnet, { endpoint: url })
    await devnet.waitFor(await transfer(devnet), 'final', { timeoutMs: 40_000 })
    await devnet.waitFor(await transfer(devnet), 'final', { timeoutMs: 40_000 })
    const notes = await end()
    assert.equal(notes.length, 1, notes.join('\n'))
    assert.match(notes[0]!, /^warning: otel: http:.*\/v1\/traces takes no traces \(.*ECONNREFUSED/)
  })

  test('`otel send` says that the collector is down, and what is no transaction', async () => {
    await using refusing = await Collector.start(400)
    const project = await projectWith({ endpoint: refusing.url })
    const tx = await transfer(devnet)
    await devnet.waitFor(tx, 'soft')
    const codeOf = (cause: BeaconError) => cause.code
    assert.equal(await project.run(send, { tx, now: true }, optionsFor(devnet)).catch(codeOf), 'OTEL2')
    const unknown: Hex = `0x${'00'.repeat(32)}`
    assert.equal(await project.run(send, { tx: unknown }, optionsFor(devnet)).catch(codeOf), 'OTEL4')
  })
})

test('where there is no L1 a trace ends with `beacon`', { timeout: 60_000 }, async () => {
  await using collector = await Collector.start()
  await using devnet = await createDevnet({ validators: 5, l1: 'none' })
  const { end } = await follow(devnet, { endpoint: collector.url })
  const [root, ...rungs] = await collector.trace(traceIdOf(await transfer(devnet)))
  assert.deepEqual(
    rungs.map(({ name }) => name),
    RUNGS.slice(0, RUNGS.indexOf('beacon') + 1),
  )
  assert.equal(root!.attributes['beacon.finished'], true)
  assert.deepEqual(await end(), [])
})

function assertMirrors(spans: readonly CollectedSpan[], trace: Trace, { endpoints, l1 }: TestDevnet): void {
  const [root, ...rungs] = spans
  const steps = trace.steps.filter(({ rung }) => RUNGS.includes(rung))
  assert.deepEqual(
    rungs.map(({ name }) => name),
    RUNGS,
  )
  assert.deepEqual(
    rungs.map(({ endMs }) => endMs),
    steps.map(({ at }) => at),
  )
  assert.deepEqual(
    rungs.map(({ startMs }) => startMs),
    [steps[0]!.at, ...steps.slice(0, -1).map(({ at }) => at)],
  )
  assert.deepEqual([root!.name, root!.parentSpanId], ['transaction', null])
  assert.deepEqual([root!.startMs, root!.endMs], [steps[0]!.at, steps.at(-1)!.at])
  assert.ok(rungs.every(({ parentSpanId }) => parentSpanId === root!.spanId))
  assert.ok(spans.every(({ traceId }) => traceId === trace.tx.slice(2, 34)))

  const [rollup] = endpoints.rollups
  const signers = trace.signers.filter(({ signed }) => signed)
  const { attributes, resource } = root!
  assert.equal(attributes['beacon.transaction.hash'], trace.tx)
  assert.equal(attributes['beacon.transaction.gas_used'], 21_000)
  assert.equal(attributes['beacon.chain.id'], rollup!.chainId)
  assert.equal(attributes['beacon.block.number'], trace.block!.number)
  assert.equal(attributes['beacon.block.hash'], trace.block!.hash)
  assert.equal(attributes['beacon.transaction.index'], trace.block!.index)
  assert.equal(attributes['beacon.finished'], true)
  assert.equal(resource['service.name'], 'beacon')
  assert.equal(resource['service.instance.id'], endpoints.beacon.genesisHash)
  const [, , soft, beacon, posted] = rungs.map((rung) => rung.attributes)
  assert.equal(soft!['beacon.committee.size'], trace.signers.length)
  assert.deepEqual(
    soft!['beacon.certificate.seats'],
    signers.map(({ seat }) => seat),
  )
  assert.deepEqual(
    soft!['beacon.certificate.validators'],
    signers.map(({ validator }) => validator),
  )
  assert.equal(beacon!['beacon.record.block.number'], trace.record!.height)
  assert.equal(beacon!['beacon.record.block.digest'], trace.record!.digest)
  assert.equal(posted!['beacon.l1.transaction.hash'], trace.l1!.txHash)
  assert.equal(posted!['beacon.l1.block.number'], trace.l1!.block)
  assert.equal(posted!['beacon.l1.batch.index'], trace.l1!.batch)
  assert.equal(posted!['beacon.l1.chain.id'], l1.chainId)
}
