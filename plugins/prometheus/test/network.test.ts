/** A real network that is scraped while transactions climb. */

import assert from 'node:assert/strict'
import { dirname } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { type BeaconError, builtInTasks, loadProject, type Project } from 'beaconlayer'
import { createDevnet, type TestDevnet } from 'beaconlayer/testing'
import prometheus from '../src/index.ts'
import { serve } from '../src/tasks.ts'
import { type Family, parseExposition } from './exposition.ts'

const TRANSACTIONS = 3

suite('a network that is scraped', { timeout: 120_000 }, () => {
  let devnet: TestDevnet
  before(async () => {
    devnet = await createDevnet({ validators: 5, rollups: [{ name: 'app', sequencers: 5 }] })
  })
  after(() => devnet.stop())

  const projectWith = (port: number, note?: (line: string) => void) =>
    loadProject({ config: { plugins: [prometheus], prometheus: { port } }, ...(note && { note }) })

  /** What `run` prints its URL with is aborted in the end. */
  async function serving(project: Project): Promise<{ url: string; end: () => Promise<void> }> {
    const ending = new AbortController()
    const { promise: url, resolve } = Promise.withResolvers<string>()
    const print = (line: string) => resolve(line.replace('metrics at ', ''))
    const options = { devnet: devnet.name, dir: dirname(devnet.dir), print, signal: ending.signal }
    const served = project.run(serve, {}, options)
    const end = async () => {
      ending.abort()
      assert.deepEqual(await served, { url: await url })
    }
    return { url: await Promise.race([url, served.then(({ url }) => url)]), end }
  }

  const send = async () => {
    const to = devnet.accounts[1]!.address
    return (await devnet.rollup().signer().sendTransaction({ to, value: 1n })).hash
  }

  test('what climbs is counted and measured, and what runs is told', async () => {
    const { url, end } = await serving(await projectWith(0))
    const before = await scrape(url)
    for (let i = 0; i < TRANSACTIONS; i++) await devnet.waitFor(await send(), 'soft')
    const climbed = (rung: string) => ({ rollup: 'app', rung })
    const during = await scrapeUntil(url, 'beacon_rollup_climb_seconds_count', climbed('soft'), TRANSACTIONS)
    assert.equal(increase(before, during, 'beacon_rollup_transactions_total'), TRANSACTIONS)
    assert.equal(increase(before, during, 'beacon_rollup_gas_total'), TRANSACTIONS * 21_000)
    const last = await send()
    await devnet.waitFor(last, 'final')
    const { block } = await devnet.trace(last)
    const all = TRANSACTIONS + 1
    const families = await scrapeUntil(url, 'beacon_rollup_climb_seconds_count', climbed('final'), all)
    for (const rung of ['notarized', 'soft', 'beacon', 'posted', 'final'])
      assert.equal(value(families, 'beacon_rollup_climb_seconds_count', climbed(rung)), all, rung)
    assert.ok(value(families, 'beacon_rollup_height', { rollup: 'app', rung: 'final' })! >= block!.number)
    assert.equal(value(families, 'beacon_up'), 1)
    assert.ok(value(families, 'beacon_layer_height')! > 0)
    assert.ok(value(families, 'beacon_l1_height')! > 0)
    assert.equal(value(families, 'beacon_validators'), 5)
    assert.equal(value(families, 'beacon_committee_seats', { rollup: 'app' }), 5)
    const { index, stake } = devnet.endpoints.beacon.validators[0]!
    const validator = String(index)
    assert.equal(value(families, 'beacon_validator_stake_tokens', { validator }), Number(stake) / 1e18)
    assert.equal(value(families, 'beacon_process_up', { process: 'validator-0' }), 1)
    if (process.platform === 'linux') {
      const usage = { process: 'validator-0' }
      assert.ok(value(families, 'beacon_process_resident_memory_bytes', usage)! > 10_000_000)
      assert.ok(value(families, 'beacon_process_cpu_seconds_total', usage)! > 0)
    }
    assert.deepEqual(families.get('beacon_collect_failures_total')!.samples, [])
    await end()
  })

  test('a process that is down is told as such', async () => {
    const { url, end } = await serving(await projectWith(0))
    await devnet.kill('validator-4')
    const down = await scrape(url)
    assert.equal(value(down, 'beacon_process_up', { process: 'validator-4' }), 0)
    assert.equal(value(down, 'beacon_process_resident_memory_bytes', { process: 'validator-4' }), undefined)
    await devnet.restart('validator-4')
    assert.equal(value(await scrape(url), 'beacon_process_up', { process: 'validator-4' }), 1)
    await end()
  })

  test('a watcher serves them too, and `serve` says that the port is taken', async () => {
    const ending = new AbortController()
    const { promise: url, resolve } = Promise.withResolvers<string>()
    const project = await projectWith(0, (line) => resolve(line.replace('metrics at ', '')))
    const options = { devnet: devnet.name, dir: dirname(devnet.dir), signal: ending.signal }
    const watching = project.run(builtInTasks.watch, { quiet: true }, options)
    const { port } = new URL(await url)
    assert.equal(value(await scrape(await url), 'beacon_up'), 1)
    const second = serving(await projectWith(Number(port)))
    await assert.rejects(second, (cause: BeaconError) => cause.code === 'PROM1')
    ending.abort()
    await watching
    await assert.rejects(fetch(await url))
  })

  test('serves once, until the network stops', async () => {
    const { promise: url, resolve } = Promise.withResolvers<string>()
    const { hooks } = await projectWith(0, (line) => resolve(line.replace('metrics at ', '')))
    await hooks.series('devnet', 'started', devnet.endpoints)
    await hooks.parallel('devnet', 'watching', devnet.endpoints)
    await hooks.parallel('devnet', 'watching', devnet.endpoints)
    assert.equal(value(await scrape(await url), 'beacon_up'), 1)
    await hooks.series('devnet', 'stopping', { name: devnet.name, dir: devnet.dir })
    await assert.rejects(fetch(await url))
  })

  // The last one: it stops the network.
  test('a network that has stopped is told as down', async () => {
    const { url, end } = await serving(await projectWith(0))
    await devnet.stop()
    const families = await scrape(url)
    assert.equal(value(families, 'beacon_up'), 0)
    assert.equal(value(families, 'beacon_collect_failures_total', { part: 'processes' }), 1)
    await end()
  })
})

async function scrape(url: string): Promise<Map<string, Family>> {
  const response = await fetch(url)
  assert.equal(response.status, 200)
  assert.match(response.headers.get('content-type')!, /^text\/plain; version=0\.0\.4/)
  return parseExposition(await response.text())
}

/** The seat that is asked may hear of a rung a moment after the one that told the test. */
async function scrapeUntil(
  url: string,
  name: string,
  labels: Readonly<Record<string, string>>,
  wanted: number,
): Promise<Map<string, Family>> {
  while (true) {
    const families = await scrape(url)
    if (value(families, name, labels) === wanted) return families
  }
}

/** Of the sample that has these labels; undefined if there is none. */
function value(
  families: Map<string, Family>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const samples = [...families.values()].flatMap((family) => family.samples)
  return samples.find(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([label, text]) => sample.labels[label] === text),
  )?.value
}

function increase(before: Map<string, Family>, after: Map<string, Family>, name: string): number {
  return value(after, name)! - value(before, name)!
}
