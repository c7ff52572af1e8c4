/** OpenTelemetry's variables, the configuration and the defaults: which comes first, as a collector sees it. */

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { emptyResource } from '@opentelemetry/resources'
import type { BeaconError, Endpoints } from 'beaconlayer'
import { resourceOf } from '../src/resource.ts'
import { traceFilter } from '../src/sampler.ts'
import { createExporter, exportSpans } from '../src/sender.ts'
import { disablingVariable, type Environment, exportSettings } from '../src/settings.ts'
import { toSpans } from '../src/spans.ts'
import { Collector } from './collector.ts'
import { projectWith } from './following.ts'
import { journey } from './journeys.ts'

const { otel: config } = (await projectWith({})).config
const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT'
const TRACES_ENDPOINT = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'

const urlOf = (env: Environment, endpoint?: string) => exportSettings({ ...config, endpoint }, env).url

test('the endpoint for traces is the whole URL and comes first; to the others the path is appended', () => {
  const env = { [ENDPOINT]: 'http://all:1/base', [TRACES_ENDPOINT]: 'http://traces:2/own' }
  assert.equal(urlOf(env, 'http://file:3'), 'http://traces:2/own')
  assert.equal(urlOf({ [ENDPOINT]: 'http://all:1/base' }, 'http://file:3'), 'http://all:1/base/v1/traces')
  assert.equal(urlOf({ [ENDPOINT]: 'http://all:1/' }), 'http://all:1/v1/traces')
  assert.equal(urlOf({}, 'http://file:3'), 'http://file:3/v1/traces')
  assert.equal(urlOf({ [ENDPOINT]: '', [TRACES_ENDPOINT]: ' ' }), 'http://localhost:4318/v1/traces')
})

test('an endpoint that is no URL is named with its variable', () => {
  const isNamed = ({ code, message }: BeaconError) => code === 'OTEL1' && message.includes(TRACES_ENDPOINT)
  assert.throws(() => urlOf({ [TRACES_ENDPOINT]: 'collector:4318' }), isNamed)
})

test('the time for an export is the one for traces, the general one, or ten seconds', () => {
  const timeoutOf = (env: Environment) => exportSettings(config, env).timeoutMs
  const general = { OTEL_EXPORTER_OTLP_TIMEOUT: '700' }
  assert.equal(timeoutOf({ ...general, OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '300' }), 300)
  assert.equal(timeoutOf(general), 700)
  assert.equal(timeoutOf({}), 10_000)
})

test('headers are those of the environment, else of the configuration', async (t) => {
  await using collector = await Collector.start()
  const headersWith = async (env: Record<string, string>) => {
    setEnvironment(t, env)
    const settings = exportSettings(
      { ...config, endpoint: collector.url, headers: { key: 'file', own: 'file' } },
      process.env,
    )
    await exportSpans(createExporter(settings), toSpans(journey, emptyResource()))
    const { headers, path } = collector.requests.at(-1)!
    assert.equal(path, '/v1/traces')
    return [headers.key, headers.own, headers['content-type']]
  }
  assert.deepEqual(await headersWith({}), ['file', 'file', 'application/json'])
  const variables = {
    OTEL_EXPORTER_OTLP_HEADERS: 'key=all,other=1',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'key=a%20b',
  }
  assert.deepEqual(await headersWith(variables), ['a b', undefined, 'application/json'])
})

test('the service is named by its variable, the resource’s attributes, the configuration', (t) => {
  const endpoints = { name: 'default', beacon: { genesisHash: '0x01' } } as unknown as Endpoints
  const attributesWith = (env: Record<string, string>) => {
    setEnvironment(t, env)
    return resourceOf(endpoints, 'configured').attributes
  }
  const OTEL_RESOURCE_ATTRIBUTES = 'service.name=listed,deployment.environment.name=desk%2C%20mine'
  const all = attributesWith({ OTEL_SERVICE_NAME: 'named', OTEL_RESOURCE_ATTRIBUTES })
  assert.equal(all['service.name'], 'named')
  assert.equal(all['deployment.environment.name'], 'desk, mine')
  assert.equal(all['service.instance.id'], '0x01')
  assert.equal(all['beacon.devnet.name'], 'default')
  assert.equal(all['telemetry.sdk.language'], 'nodejs')
  assert.equal(attributesWith({ OTEL_RESOURCE_ATTRIBUTES })['service.name'], 'listed')
  assert.equal(attributesWith({})['service.name'], 'configured')
})

test('a sampler takes all, none, or a share that follows from the id', () => {
  const ids = Array.from({ length: 1_000 }, (_, i) => (0x9e3779b9 * (i + 1)).toString(16).padStart(32, '0'))
  const takenWith = (OTEL_TRACES_SAMPLER?: string, OTEL_TRACES_SAMPLER_ARG?: string) =>
    ids.filter(traceFilter({ OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG })).length
  assert.equal(takenWith(), 1_000)
  assert.equal(takenWith('no such sampler'), 1_000)
  assert.equal(takenWith('always_off'), 0)
  assert.equal(takenWith('parentbased_always_off'), 0)
  assert.equal(takenWith('traceidratio', '0'), 0)
  assert.equal(takenWith('traceidratio', 'half'), 1_000)
  const half = takenWith('parentbased_traceidratio', '0.5')
  assert.ok(half > 300 && half < 700, `${half} of 1000`)
  assert.equal(takenWith('traceidratio', '0.5'), half)
})

test('what turns OpenTelemetry off turns this off', () => {
  assert.equal(disablingVariable({}), null)
  assert.equal(disablingVariable({ OTEL_SDK_DISABLED: 'false', OTEL_TRACES_EXPORTER: 'otlp' }), null)
  assert.equal(disablingVariable({ OTEL_SDK_DISABLED: 'TRUE' }), 'OTEL_SDK_DISABLED')
  assert.equal(disablingVariable({ OTEL_TRACES_EXPORTER: 'none' }), 'OTEL_TRACES_EXPORTER')
})

/** For this test only, and instead of what was set before. */
function setEnvironment(t: TestContext, values: Record<string, string>): void {
  const before = { ...process.env }
  for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name]
  Object.assign(process.env, values)
  t.after(() => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
    Object.assign(process.env, before)
  })
}
