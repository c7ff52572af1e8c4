/** What shows something to those who trust nobody: proofs, confirmations, elections, signatures. */

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { genesisToJson } from '../../src/beacon/genesis-json.ts'
import { createBeaconMethods } from '../../src/beacon/rpc.ts'
import { LightClient } from '../../src/cli/light-client.ts'
import { createBlsScheme, createVoteSigner } from '../../src/platform/bls.ts'
import { createPortableBlsScheme } from '../../src/platform/bls-portable.ts'
import { epoch, rollupId } from '../../src/primitives/ids.ts'
import type { SignatureScheme } from '../../src/primitives/signatures.ts'
import { confirmBlock } from '../../src/rollup/confirm.ts'
import { verifyConfirmation } from '../../src/rollup/confirmation.ts'
import { confirmationFromJson, confirmationToJson } from '../../src/rollup/confirmation-json.ts'
import { verifyProof } from '../../src/state/proof.ts'
import { Trie } from '../../src/state/trie.ts'
import {
  advanceTo,
  createGenesis,
  RollupChain,
  referenceTo,
  rollupSpec,
  startNode,
} from '../beacon/fixture.ts'
import { CHAIN_ID, committee, createLocalRollup, mine, scheme } from '../rollup/local-rollup.ts'
import { bytesOf, strange } from './bytes.ts'
import { anyJson, type Json, mutatedJson } from './json.ts'
import { decodedOrRefused, fuzz, hasCode, measured } from './support.ts'

const local = await createLocalRollup()
await mine(local)
const confirmation = confirmationToJson(
  confirmBlock(local.application.chain, CHAIN_ID, 1)!,
) as unknown as Json

const folder = mkdtempSync(join(tmpdir(), 'beacon-fuzz-'))
after(() => rmSync(folder, { recursive: true }))
const genesisFile = join(folder, 'genesis.json')
const INSTANCE = { rollup: rollupId(1), epoch: epoch(0), sub: 0 }
const { ask, header } = await startBeacon()
const proven = await clientOf(ask).proveCommittee('app')

const key = fc.oneof(bytesOf(2), bytesOf(4), bytesOf(32))
const entries = fc.array(fc.tuple(key, fc.uint8Array({ minLength: 1, maxLength: 60 })), {
  minLength: 1,
  maxLength: 30,
  size: 'max',
})

fuzz(
  'a proof shows a value that is in the trie, or that there is none, or is refused',
  1_000,
  fc.property(
    entries,
    fc.nat(),
    key,
    fc.array(fc.tuple(fc.nat(), strange(bytesOf(40))), { maxLength: 2 }),
    (all, at, other, changes) => {
      const trie = Trie.empty.update(all)
      for (const asked of [all[at % all.length]![0], other]) {
        const proof = trie.prove(asked)
        assert.deepEqual(verifyProof(trie.root(), asked, proof) ?? undefined, trie.get(asked))
        const changed = [...proof]
        for (const [where, node] of changes) changed.splice(where % (changed.length + 1), where % 2, node)
        const shown = decodedOrRefused(
          (nodes: Uint8Array[]) => ({ value: verifyProof(trie.root(), asked, nodes) }),
          changed,
        )
        if (shown !== null) assert.deepEqual(shown.value ?? undefined, trie.get(asked))
      }
    },
  ),
)

fuzz(
  'nodes that a stranger has made, under a root that is theirs, prove something or are refused',
  1_000,
  fc.property(
    strange(entries.map((all) => Trie.empty.update(all).prove(all[0]![0])[0]!)),
    key,
    (node, asked) => {
      const root = Trie.empty.update([[asked, node]]).root()
      decodedOrRefused((nodes: Uint8Array[]) => verifyProof(root, asked, nodes), [node, node])
    },
  ),
)

fuzz(
  'a confirmation is read and judged, or refused, and holds only if it is the one that was given',
  1_000,
  fc.property(fc.oneof({ arbitrary: mutatedJson(fc.constant(confirmation)), weight: 5 }, anyJson), (json) => {
    const read = decodedOrRefused(confirmationFromJson, json)
    if (read === null) return
    assert.deepEqual(confirmationToJson(read), json)
    const verdict = measured(() => verifyConfirmation(read, committee, scheme))
    // Its chain id and transaction are bound to nothing by the certificate, and said to be so.
    if (verdict.ok) assert.equal(verdict.digest, (confirmation as { block: { digest: string } }).block.digest)
  }),
)

async function startBeacon() {
  const genesis = createGenesis({ params: { epochLength: 8 }, rollups: [rollupSpec()] })
  writeFileSync(genesisFile, JSON.stringify(genesisToJson(genesis)))
  const { app } = await startNode(genesis)
  await advanceTo(app, 2)
  const chain = new RollupChain(INSTANCE)
  const record = chain.record(app.committee(INSTANCE)!, [chain.next(referenceTo(app))])
  app.pool.addRecord(record)
  await advanceTo(app, 4)
  const methods = createBeaconMethods(app, { clientVersion: 'beacon/test' })
  const answers = new Map<string, Json>()
  const ask = async (method: string, params: readonly unknown[]): Promise<Json> => {
    const name = JSON.stringify([method, params])
    if (!answers.has(name))
      answers.set(
        name,
        JSON.parse(JSON.stringify((await methods[method]!(params, { subscriptions: null })) ?? null)),
      )
    return structuredClone(answers.get(name)!)
  }
  return { ask, header: record.headers[0]! }
}

const METHODS = [
  'beacon_getRollup',
  'beacon_getElectionProof',
  'beacon_getRecord',
  'beacon_getBlock',
  'beacon_getCertificate',
] as const
/** How a lying node changes what it is asked; a fresh one for each method that it lies about. */
const lie = fc.tuple(
  fc.constantFrom(...METHODS),
  fc.infiniteStream(fc.nat()),
  anyJson,
  fc.integer({ min: 0, max: 7 }),
)
function clientOf(request: (method: string, params: readonly unknown[]) => Promise<unknown>): LightClient {
  return new LightClient(genesisFile, {
    url: 'http://a.node',
    request: (method, params = []) => request(method, params),
    close() {},
  })
}

fuzz(
  'whatever a node answers, a light client proves the truth or says that a check has failed',
  20,
  fc.asyncProperty(lie, async ([about, way, replacement, depth]) => {
    const client = clientOf(async (method, params) => {
      // What is asked for with parameters of a lie may not be there.
      const honest = await ask(method, params).catch(() => null)
      return method === about ? changed(honest, [...way.take(depth)], replacement) : honest
    })
    if (about === 'beacon_getRollup' || about === 'beacon_getElectionProof') {
      const shown = await orRefused(client.proveCommittee('app'))
      if (shown?.committee.instance.epoch === 0) assert.deepEqual(shown.committee, proven.committee)
    } else assert.equal((await orRefused(client.proveRecord(1, header)))?.beaconHeight ?? 3, 3)
  }),
)

async function orRefused<Value>(proof: Promise<Value>): Promise<Value | null> {
  try {
    return await proof
  } catch (error) {
    if (hasCode(error, 'C401', 'C402')) return null
    throw error
  }
}

test('a node that answers with no rollup, or with another one, is refused', async () => {
  const rollup = (await ask('beacon_getRollup', ['app'])) as object
  for (const [asked, answer] of [
    ['app', true],
    ['app', { ...rollup, status: {} }],
    [2, rollup],
  ] as const) {
    await assert.rejects(clientOf(async () => answer).proveCommittee(asked), { code: 'C401' })
  }
})

/** `value` with what is at the end of `way` replaced. */
function changed(value: Json, way: readonly number[], replacement: Json): Json {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : []
  const [step, ...rest] = way
  if (step === undefined || keys.length === 0) return replacement
  const name = keys[step % keys.length]!
  const fields = value as Record<string, Json>
  const copy = (Array.isArray(value) ? [...value] : { ...fields }) as Record<string, Json>
  copy[name] = changed(fields[name]!, rest, replacement)
  return copy as Json
}

const signer = createVoteSigner(new Uint8Array(32).fill(7))
const signed = new Uint8Array(32).fill(1)
const signature = signer.sign(signed)

for (const [name, bls] of [
  ['native', createBlsScheme()],
  ['portable', createPortableBlsScheme()],
] as readonly [string, SignatureScheme][]) {
  const aggregate = bls.aggregate([signature])!
  fuzz(
    `signatures and keys of any bytes are judged, and never thrown at, by the ${name} scheme`,
    name === 'native' ? 150 : 25,
    fc.property(
      strange(fc.constant(signature)),
      strange(fc.constant(aggregate)),
      strange(fc.constant(signer.publicKey)),
      (one, many, publicKey) => {
        const isKey = Buffer.compare(publicKey, signer.publicKey) === 0
        const holds = measured(() => bls.verify(publicKey, signed, one))
        if (holds) assert.ok(isKey && [signature, aggregate].some((good) => Buffer.compare(good, one) === 0))
        if (measured(() => bls.verifyAggregate([publicKey], signed, many)))
          assert.ok(isKey && Buffer.compare(many, aggregate) === 0)
        measured(() => bls.aggregate([one, signature]))
      },
    ),
  )
}
