/** The plugin's parts, without a network. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BeaconError, verifyPlugin } from 'beaconlayer'
import otel from '../src/index.ts'
import type { OtelUserConfig } from '../src/types.ts'
import { projectWith } from './following.ts'
import { journey } from './journeys.ts'

test('the plugin conforms', () => verifyPlugin(otel))

test('nothing has to be configured', async () => {
  const { config } = await projectWith({})
  assert.deepEqual(config.otel, {
    headers: {},
    serviceName: 'beacon',
    live: true,
    holdMs: 300_000,
    transactionsMax: 10_000,
  })
})

for (const [what, wrong] of [
  ['an endpoint that is no URL', { endpoint: 'localhost:4318' }],
  ['a page without a place for the id', { traceUrl: 'http://127.0.0.1:16686' }],
  ['a setting that is none', { endpiont: 'http://127.0.0.1:4318' }],
] as const) {
  test(`${what} is a mistake in the configuration`, async () => {
    const code = await projectWith(wrong as OtelUserConfig).catch((cause: BeaconError) => cause.code)
    assert.equal(code, 'C203')
  })
}

test('`beacon trace` ends with the trace’s id, or with a link where there is a page for it', async () => {
  const traced = { tx: journey.tx, rollup: 'app' }
  const rendered = async (config: OtelUserConfig) =>
    (await projectWith(config)).hooks.chain('trace', 'render', ['above'], traced)
  const id = journey.tx.slice(2, 34)
  assert.deepEqual(await rendered({}), ['above', `trace id ${id}`])
  const traceUrl = 'http://127.0.0.1:16686/trace/{traceId}'
  assert.deepEqual(await rendered({ traceUrl }), ['above', `trace at http://127.0.0.1:16686/trace/${id}`])
})
