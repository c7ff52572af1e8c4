/** Files that somebody else may have written: saved networks, a devnet's own JSON, a validator's configuration. */

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { ZodError } from 'zod'
import { checkGenesis } from '../../src/beacon/genesis.ts'
import { genesisToJson, parseGenesisJson } from '../../src/beacon/genesis-json.ts'
import { readNodeConfig } from '../../src/config/node-config.ts'
import { type Endpoints, readEndpoints, writeEndpoints } from '../../src/devnet/endpoints.ts'
import { devnetFolder } from '../../src/devnet/folder.ts'
import { parseOptions, resolveOptions } from '../../src/devnet/options.ts'
import { planDevnet } from '../../src/devnet/plan.ts'
import { packBundle, unpackBundle } from '../../src/devnet/saved/bundle.ts'
import { loadNetwork } from '../../src/devnet/saved/load.ts'
import { parseManifest } from '../../src/devnet/saved/manifest.ts'
import { describeFiles } from '../../src/devnet/saved/network-files.ts'
import { newGenesisParts } from '../../src/devnet/stored-genesis.ts'
import { simulatedScheme } from '../../src/platform/simulated/signatures.ts'
import { networkFiles, writeFiles, writeSaved } from '../devnet/saved/fixture.ts'
import { strange } from './bytes.ts'
import { anyJson, deepText, type Json, jsonText, mutatedJson } from './json.ts'
import { decodedOrRefused, fuzz, hasCode, measured } from './support.ts'

const folder = mkdtempSync(join(tmpdir(), 'beacon-fuzz-'))
after(() => rmSync(folder, { recursive: true }))
let files = 0
const fresh = () => join(folder, `${++files}`)

const network = networkFiles('blocks')
const options = network['config.json'] as Json
const genesis = network['genesis.json'] as Json
const saved = fresh()
const manifest = (await writeSaved(saved, network)) as unknown as Json
const bundle = fresh()
await packBundle(saved, bundle)
const packed = new Uint8Array(readFileSync(bundle))

/** As text: JSON that was meant, with something changed, or anything. */
function textOf(valid: Json): fc.Arbitrary<string> {
  return fc.oneof(
    { arbitrary: mutatedJson(fc.constant(valid)).map((value) => JSON.stringify(value)), weight: 6 },
    jsonText,
    deepText,
    fc.string({ unit: 'binary' }),
  )
}

fuzz(
  'a manifest is read, or refused as too new, too old or damaged',
  1_000,
  fc.property(textOf(manifest), (text) => {
    decodedOrRefused(
      (input: string) => parseManifest('a file', input),
      text,
      (error) => hasCode(error, 'D601', 'D602', 'D610'),
    )
  }),
)

fuzz(
  'a bundle with changed bytes is unpacked whole, or refused',
  150,
  fc.asyncProperty(strange(fc.constant(packed)), async (bytes) => {
    const file = fresh()
    const target = fresh()
    writeFileSync(file, bytes)
    try {
      const { files: described } = await unpackBundle(file, target)
      assert.deepEqual(await describeFiles(join(target, 'network'), Object.keys(described)), described)
    } catch (error) {
      assert.ok(hasCode(error, 'D601', 'D602', 'D610'), String(error))
    } finally {
      rmSync(file)
      rmSync(target, { recursive: true, force: true })
    }
  }),
)

/** What loading one may end with: too new, damaged, an L1 that isn't ours, another genesis, a genesis or options against the rules. */
const LOAD_ERRORS = [
  'D601',
  'D602',
  'D603',
  'D607',
  'D610',
  'D205',
  'D501',
  'D502',
  'D503',
  'D507',
  'D508',
  'D510',
  'B103',
]

fuzz(
  'a saved network of which anything but the hashes is changed is loaded, or refused with a reason',
  50,
  fc.asyncProperty(
    fc.oneof(textOf(options), fc.constant(null)),
    fc.oneof(textOf(genesis), fc.constant(null)),
    textOf(manifest),
    async (config, start, listed) => {
      const source = fresh()
      const file = fresh()
      const root = fresh()
      const files = {
        ...network,
        ...(config !== null && { 'config.json': config }),
        ...(start !== null && { 'genesis.json': start }),
      }
      await writeSaved(source, files)
      if (config === null && start === null) writeFiles(source, { 'manifest.json': listed })
      await packBundle(source, file)
      const target = devnetFolder(root, 'loaded')
      mkdirSync(root)
      try {
        const { forkId } = await loadNetwork(file, target, { replace: false })
        const read = JSON.parse(readFileSync(target.genesisFile, 'utf8'))
        assert.equal(parseGenesisJson(read).forks.at(-1)!.id, forkId)
        parseOptions(target.configFile, JSON.parse(readFileSync(target.configFile, 'utf8')))
      } catch (error) {
        assert.ok(hasCode(error, ...LOAD_ERRORS), String((error as Error).stack))
      } finally {
        for (const path of [source, file, root]) rmSync(path, { recursive: true, force: true })
      }
    },
  ),
)

fuzz(
  'a genesis is read as what it says, or refused with the places that are wrong',
  500,
  fc.property(fc.oneof(mutatedJson(fc.constant(genesis)), anyJson), (value) => {
    const read = decodedOrRefused(parseGenesisJson, value, (error) => error instanceof ZodError)
    if (read === null) return
    assert.deepEqual(parseGenesisJson(genesisToJson(read)), read)
    measured(() => checkGenesis(read, simulatedScheme))
  }),
)

const rollups = fc.array(
  fc.oneof(
    fc.constantFrom<Json>('app', 'game', 'App', ''),
    fc.record(
      {
        name: fc.constantFrom<Json>('a', 'b'),
        minStake: fc.constantFrom<Json>('0', '9'.repeat(38), '9'.repeat(40)),
        chainId: fc.constantFrom<Json>(7_700_001, 1, -1, 2 ** 53 - 1),
        sequencers: fc.constantFrom<Json>(5, 6, 0, 2 ** 53 - 1),
        blockTimeMs: fc.constantFrom<Json>(0, 60_000, -1, 2 ** 40),
        gasLimit: fc.constantFrom<Json>(30_000_000, 0, 2 ** 53 - 1),
        lifetimeMs: fc.constantFrom<Json>(4_000, 1, 0, 2 ** 53 - 1),
      },
      { requiredKeys: ['name'], noNullPrototype: true },
    ),
    anyJson,
  ),
  { maxLength: 3 },
)
const given = fc.record(
  {
    validators: fc.oneof(
      { arbitrary: fc.constantFrom<Json>(5, 7), weight: 3 },
      fc.constantFrom<Json>(0, -1, 51, 1e9, 0.5, '7', true),
    ),
    seed: fc.oneof(fc.constantFrom<Json>('', 'beacon', '\ud800'), fc.string()),
    epochBlocks: fc.constantFrom<Json>(null, 4, 3, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, 0.5),
    rollups,
    l1: fc.constantFrom<Json>('anvil', 'none', 'http://localhost:1', 'http://', 'ftp://x', ''),
  },
  { requiredKeys: [], noNullPrototype: true },
)

fuzz(
  'what somebody wishes of a devnet can be planned, or is refused with a reason',
  120,
  fc.property(given, (wishes) => {
    decodedOrRefused(
      (input: typeof wishes) =>
        planDevnet(
          resolveOptions('default', input as Parameters<typeof resolveOptions>[1]),
          newGenesisParts(),
        ),
      wishes,
      (error) => hasCode(error, ...LOAD_ERRORS),
    )
  }),
)

fuzz(
  "a devnet's stored options are those of a devnet that can be planned, or refused",
  150,
  fc.property(mutatedJson(fc.constant(options)), (value) => {
    const read = decodedOrRefused(
      (input: Json) => parseOptions('config.json', input),
      value,
      (error) => hasCode(error, ...LOAD_ERRORS),
    )
    if (read !== null)
      decodedOrRefused(
        (it) => planDevnet(it, newGenesisParts()),
        read,
        (error) => hasCode(error, 'B103'),
      )
  }),
)

const endpoints: Endpoints = {
  schemaVersion: 1,
  name: 'default',
  status: 'running',
  dir: '/tmp',
  seed: 'beacon',
  pid: 1,
  l1: { rpcUrl: 'http://127.0.0.1:8545', chainId: 31_337 },
  beacon: {
    rpcUrl: 'http://127.0.0.1:7545',
    chainId: 7_700_000,
    genesisHash: '0x00',
    validators: [{ index: 0, address: '0x00', pubkey: '0x00', pid: 2, peer: null, stake: '1' }],
  },
  rollups: [
    {
      id: 1,
      name: 'app',
      chainId: 7_700_001,
      rpcUrl: 'http://127.0.0.1:9545',
      wsUrl: 'ws://127.0.0.1:9545',
      vm: 'evm',
      epoch: 0,
      committee: [{ seat: 0, validator: 0, address: '0x00', rpcUrl: null }],
    },
  ],
  contracts: {},
  accounts: [{ address: '0x00', privateKey: '0x00' }],
}
const devnet = devnetFolder(folder, 'devnet')
mkdirSync(devnet.path)

fuzz(
  'endpoints.json is read, or refused as damaged',
  500,
  fc.property(textOf(endpoints as unknown as Json), (text) => {
    writeFileSync(devnet.endpointsFile, text)
    decodedOrRefused(readEndpoints, devnet, (error) => hasCode(error, 'D205'))
  }),
)

test('endpoints.json comes out as it went in', () => {
  writeEndpoints(devnet, endpoints)
  assert.deepEqual(readEndpoints(devnet), endpoints)
})

const keys: Json = {
  schemaVersion: 1,
  account: `0x${'11'.repeat(32)}`,
  vote: `0x${'22'.repeat(32)}`,
  network: `0x${'33'.repeat(32)}`,
  poster: `0x${'44'.repeat(32)}`,
}
const nodeConfig: Json = {
  schemaVersion: 1,
  validator: 0,
  genesisFile: 'genesis.json',
  keysFile: 'keys.json',
  dataDir: 'data',
  peer: { host: '127.0.0.1', port: 0 },
  rpc: { host: '127.0.0.1', port: 0 },
  l1: { rpcUrl: 'http://127.0.0.1:8545', chainId: 31_337, inbox: `0x${'55'.repeat(20)}` },
  devAccounts: [],
  logLevel: 'info',
  timing: { delayBoundMs: 200, batchIntervalMs: 2_000 },
}

fuzz(
  "a validator's configuration is read, or refused with the file that is wrong",
  500,
  fc.property(
    textOf(nodeConfig),
    fc.oneof({ arbitrary: fc.constant(JSON.stringify(keys)), weight: 3 }, textOf(keys)),
    (config, secret) => {
      writeFileSync(join(folder, 'config.json'), config)
      writeFileSync(join(folder, 'keys.json'), secret)
      decodedOrRefused(readNodeConfig, join(folder, 'config.json'), (error) => hasCode(error, 'C901'))
    },
  ),
)

const awkward = { toString: null, length: { toString: null } } as unknown as Json

for (const [what, changed] of [
  ['options of a billion validators', { 'config.json': { ...(options as object), validators: 1e9 } }],
  ['options of no validators', { 'config.json': { ...(options as object), validators: 0 } }],
  ['a time that no number holds', { 'config.json': { ...(options as object), timeAheadMs: 2 ** 53 - 1 } }],
  ['forks that are none', { 'genesis.json': { ...(genesis as object), forks: [null] } }],
  ['forks without end', { 'genesis.json': `{"forks":${'['.repeat(20_000)}${']'.repeat(20_000)}}` }],
  [
    'the last fork that has a number',
    { 'genesis.json': { ...(genesis as object), forks: [{ id: 2 ** 32 - 1, after: [] }] } },
  ],
  [
    'validators that have an awkward length',
    { 'genesis.json': { ...(genesis as object), validators: awkward } },
  ],
] as const) {
  test(`a saved network with ${what} is refused as damaged`, async () => {
    const [source, file, root] = [fresh(), fresh(), fresh()]
    await writeSaved(source, { ...network, ...changed })
    await packBundle(source, file)
    mkdirSync(root)
    await assert.rejects(loadNetwork(file, devnetFolder(root, 'loaded'), { replace: false }), {
      code: 'D602',
    })
  })
}

test('a saved network whose manifest would fill the memory is refused before it is read', async () => {
  const [source, file] = [fresh(), fresh()]
  await writeSaved(source, network)
  truncateSync(join(source, 'manifest.json'), 65 * 1024 ** 2)
  await packBundle(source, file)
  await assert.rejects(unpackBundle(file, fresh()), { code: 'D602', message: /manifest\.json has more than/ })
})

test('a manifest of a version that has no text is of none', () => {
  const text = JSON.stringify({ formatVersion: awkward, writtenBy: awkward })
  assert.throws(() => parseManifest('a file', text), { code: 'D602' })
  const parse = (formatVersion: number) =>
    parseManifest('a file', JSON.stringify({ formatVersion, writtenBy: awkward }))
  assert.throws(() => parse(1e9), { code: 'D601' })
  assert.throws(() => parse(1), { code: 'D610' })
})

test('an epoch, and a stake, that have no encoding are refused', () => {
  assert.throws(() => resolveOptions('default', { epochBlocks: 2 ** 32 }), { code: 'D507' })
  assert.throws(() => resolveOptions('default', { rollups: [{ name: 'app', minStake: '9'.repeat(40) }] }), {
    code: 'D508',
  })
})

test('a genesis with more tokens than 128 bits can count is refused', () => {
  const read = parseGenesisJson(genesis)
  const accounts = read.accounts.map((account) => ({ ...account, balance: 2n ** 127n }))
  assert.deepEqual(checkGenesis({ ...read, accounts }, simulatedScheme), { reason: 'TOO_MANY_TOKENS' })
})
