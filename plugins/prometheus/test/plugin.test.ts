/** The plugin's parts, without a network. */

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type BeaconError, loadProject, verifyPlugin } from 'beaconlayer'
import prometheus from '../src/index.ts'
import { createMetrics } from '../src/metrics.ts'
import { parseUsage } from '../src/process-collector.ts'
import { serveMetrics } from '../src/server.ts'
import type { PrometheusUserConfig } from '../src/types.ts'
import { parseExposition } from './exposition.ts'

const ANYWHERE = { host: '127.0.0.1', port: 0 }
const source = { contentType: 'text/plain; version=0.0.4', scrape: async () => 'beacon_up 1\n' }

function configured(section: PrometheusUserConfig) {
  return loadProject({ config: { plugins: [prometheus], prometheus: section } })
}

/** Of Prometheus' conventions: base units, and `_total` of counters only. */
function checkName(name: string, type: string): void {
  assert.match(name, /^beacon_[a-z0-9_]+[a-z0-9]$/)
  assert.equal(name.endsWith('_total'), type === 'counter', name)
  assert.doesNotMatch(name, /_(ms|milliseconds|minutes|kilobytes|mb|percent|wei)(_|$)/)
}

test('the plugin conforms', () => verifyPlugin(prometheus))

test('nothing has to be configured', async () => {
  const { config } = await configured({})
  assert.deepEqual(config.prometheus, { port: 9464, host: '127.0.0.1', live: true })
})

test('a port that is none is a mistake in the configuration', async () => {
  const code = await configured({ port: 70_000 }).catch((cause: BeaconError) => cause.code)
  assert.equal(code, 'C203')
})

test('every metric has help, a type, and a name of the conventions', async () => {
  const families = parseExposition(await createMetrics().registry.metrics())
  assert.ok(families.size > 20)
  for (const [name, { type }] of families) checkName(name, type)
})

test('the dashboard uses the metrics that there are, each of them', () => {
  const dashboard = readFileSync(new URL('../dashboards/beacon.json', import.meta.url), 'utf8')
  const { panels } = JSON.parse(dashboard) as { panels: { targets: { expr: string }[] }[] }
  const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))
  const used = expressions.flatMap((expr) => expr.match(/beacon_\w+/g) ?? [])
  const names = createMetrics()
    .registry.getMetricsAsArray()
    .map(({ name }) => name)
  assert.deepEqual([...new Set(used.map((name) => name.replace(/_bucket$/, '')))].sort(), names.sort())
})

test('the README has every metric', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const told = [...readme.matchAll(/^\| `(beacon_\w+)`/gm)].map(([, name]) => name)
  const names = createMetrics()
    .registry.getMetricsAsArray()
    .map(({ name }) => name)
  assert.deepEqual(told.sort(), names.sort())
})

test('a port that is taken is an error with a way out', async () => {
  const server = await serveMetrics(source, ANYWHERE)
  const port = Number(new URL(server.url).port)
  await assert.rejects(serveMetrics(source, { ...ANYWHERE, port }), (cause: BeaconError) => {
    assert.deepEqual([cause.code, cause.kind, cause.exitCode], ['PROM1', 'environment', 1])
    assert.match(cause.message, new RegExp(`127\\.0\\.0\\.1:${port}`))
    return cause.hint.includes('prometheus.port')
  })
  await server.close()
})

test('an address of another machine is an error', async () => {
  await assert.rejects(serveMetrics(source, { host: '192.0.2.1', port: 0 }), { code: 'PROM2' })
})

test('only /metrics is served, and only read', async () => {
  const server = await serveMetrics(source, ANYWHERE)
  const ask = async (path: string, method = 'GET') => {
    const response = await fetch(new URL(path, server.url), { method })
    return [response.status, await response.text()]
  }
  assert.deepEqual(await ask('/metrics?name=x'), [200, 'beacon_up 1\n'])
  assert.deepEqual(await ask('/metrics', 'HEAD'), [200, ''])
  assert.equal((await ask('/'))[0], 404)
  assert.equal((await ask('/metrics', 'POST'))[0], 405)
  await server.close()
})

test('/proc is read with any name of a process', () => {
  const stat = `42 (node) (x)) S ${'0 '.repeat(10)}150 50 0 0`
  assert.deepEqual(parseUsage(stat, 'Name:\tnode\nVmRSS:\t   2048 kB\n'), {
    cpuSeconds: 2,
    residentBytes: 2_097_152,
  })
})

for (const [what, text] of [
  ['a sample without a family', 'beacon_up 1\n'],
  ['a type without help', '# TYPE beacon_up gauge\nbeacon_up 1\n'],
  ['a series twice', '# HELP a b\n# TYPE a gauge\na 1\na 2\n'],
  ['a label without an end', '# HELP a b\n# TYPE a gauge\na{b="c} 1\n'],
  ['no last end of line', '# HELP a b\n# TYPE a gauge\na 1'],
] as const) {
  test(`the parser of these tests refuses ${what}`, () => assert.throws(() => parseExposition(text)))
}
