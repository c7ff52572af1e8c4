import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Action } from '../../src/beacon/action-types.ts'
import { decodeAction, encodeAction } from '../../src/beacon/actions.ts'
import { decodeAttendanceReport, encodeAttendanceReport } from '../../src/beacon/attendance-report.ts'
import { createEvidence, decodeEvidence, encodeEvidence } from '../../src/beacon/evidence.ts'
import { CODE_BYTES_MAX } from '../../src/beacon/keys.ts'
import {
  decodeAppHeader,
  decodeBody,
  decodeItems,
  encodeAppHeader,
  encodeBody,
} from '../../src/beacon/payload.ts'
import type { PoolItem } from '../../src/beacon/pool.ts'
import { decodeReceipt, encodeReceipt } from '../../src/beacon/receipt.ts'
import { decodeRecord, encodeRecord } from '../../src/beacon/record.ts'
import { TWIN_CODE } from '../../src/beacon/runtime/twin.ts'
import { VALIDATORS_MAX } from '../../src/beacon/staking/validator.ts'
import { createBlock } from '../../src/consensus/block.ts'
import { ITEMS_PER_SECOND, PoolIntake } from '../../src/nodes/pool-intake.ts'
import type { Logger } from '../../src/platform/ports.ts'
import { type Hex, toHex } from '../../src/primitives/bytes.ts'
import { presentIdentity } from '../../src/primitives/forks.ts'
import { keccakHex } from '../../src/primitives/hash.ts'
import { BEACON, epoch, height, rollupId } from '../../src/primitives/ids.ts'
import type { RollupSpec } from '../../src/primitives/rollup-spec.ts'
import {
  alice,
  bob,
  buildBlock,
  castVote,
  certifyBlock,
  createGenesis,
  RollupChain,
  referenceTo,
  rollupSpec,
  signedBytes,
  startNode,
} from '../beacon/fixture.ts'
import { certificate, header, vote } from '../consensus/arbitraries.ts'
import { bytesOf, strange } from './bytes.ts'
import { decodedOrRefused, fuzz, measured } from './support.ts'

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent }

const u128 = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n })
const address = fc.oneof(bytesOf(20).map(toHex), fc.constantFrom(alice.address, bob.address))
const nonce = fc.oneof(fc.nat(3), fc.maxSafeNat())

/** Whatever has an encoding. */
const anySpec: fc.Arbitrary<RollupSpec> = fc
  .tuple(
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.maxSafeNat(),
    fc.nat(0xffff),
    fc.nat(0xffff_ffff),
    u128,
    fc.boolean(),
    fc.nat(0xffff_ffff),
    fc.array(fc.tuple(address, u128), { maxLength: 4 }),
  )
  .map(([name, chainId, sequencers, ms, minStake, devMethods, lifetimeBlocks, alloc]) =>
    rollupSpec({
      name: name.slice(0, 8),
      chainId,
      sequencers,
      blockTimeMs: ms,
      heartbeatMs: ms,
      gasLimit: chainId,
      minStake,
      devMethods,
      lifetimeBlocks,
      alloc: alloc.map(([to, balance]) => ({ address: to, balance })),
    }),
  )
/** Those that the rules may let pass. */
const goodSpec = fc
  .tuple(fc.stringMatching(/^[a-z][a-z0-9-]{0,5}$/), fc.integer({ min: 7_700_001, max: 7_700_010 }))
  .map(([name, chainId]) => rollupSpec({ name, chainId }))

/** The present ones, and anything. */
const validator = fc.oneof(fc.nat(7), fc.nat(0xffff_ffff))
const basisPoints = fc.nat(0xffff)

const codeHash = fc.oneof(bytesOf(32).map(toHex), fc.constant(keccakHex(TWIN_CODE)))

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.tuple(nonce, codeHash, fc.nat(CODE_BYTES_MAX + 1), fc.nat(200), fc.uint8Array({ maxLength: 64 })).map(
    ([at, code, codeBytes, part, data]): Action => ({
      type: 'publishCode',
      nonce: at,
      code,
      codeBytes,
      part,
      data,
    }),
  ),
  fc
    .tuple(fc.constantFrom('proposeRuntime', 'approveRuntime'), nonce, codeHash)
    .map(([type, at, code]): Action => ({ type, nonce: at, code })),
  fc
    .tuple(nonce, address, u128)
    .map(([at, to, amount]): Action => ({ type: 'transfer', nonce: at, to, amount })),
  fc
    .tuple(nonce, fc.oneof(anySpec, goodSpec))
    .map(([at, spec]): Action => ({ type: 'registerRollup', nonce: at, spec })),
  fc
    .tuple(nonce, fc.oneof(fc.nat(3), fc.maxSafeNat()))
    .map(([at, rollup]): Action => ({ type: 'closeRollup', nonce: at, rollup: rollupId(rollup) })),
  fc.tuple(nonce, bytesOf(48), bytesOf(192), bytesOf(32), u128, basisPoints).map(
    ([at, votePublicKey, proofOfPossession, networkKey, stake, commissionBps]): Action => ({
      type: 'registerValidator',
      nonce: at,
      votePublicKey,
      proofOfPossession,
      networkKey,
      stake,
      commissionBps,
    }),
  ),
  fc
    .tuple(fc.constantFrom('delegate', 'undelegate'), nonce, validator, u128)
    .map(([type, at, index, amount]): Action => ({ type, nonce: at, validator: index, amount })),
  fc
    .tuple(nonce, validator, validator, u128)
    .map(
      ([at, from, to, amount]): Action => ({ type: 'redelegate', nonce: at, validator: from, to, amount }),
    ),
  fc.tuple(nonce, validator).map(([at, index]): Action => ({ type: 'claim', nonce: at, validator: index })),
  fc
    .tuple(nonce, basisPoints)
    .map(([at, commissionBps]): Action => ({ type: 'setCommission', nonce: at, commissionBps })),
  fc
    .tuple(fc.constantFrom('exitValidator', 'unjail'), nonce)
    .map(([type, at]): Action => ({ type, nonce: at })),
)
const encodedAction = fc.tuple(action, bytesOf(65)).map(([one, signature]) => encodeAction(one, signature))

const evidence = fc.tuple(header, vote, vote).map(([{ instance }, a, b]) => createEvidence(instance, a, b))
const report = fc
  .tuple(fc.nat(50), certificate)
  .map(([at, over]) => encodeAttendanceReport({ height: height(at), certificate: over }))
const record = fc
  .tuple(fc.array(header, { maxLength: 4 }), certificate)
  .map(([headers, over]) => ({ headers, certificate: over }))

// Whatever awaits stands before all tests: the runner exits when those that it knows are over.
const { app } = await startNode(createGenesis({ params: { epochLength: 8 }, rollups: [rollupSpec()] }))
const proposed = await buildBlock(app)

fuzz(
  'an action that is accepted is the one encoding of what it says',
  2_000,
  fc.property(strange(encodedAction), (bytes) => {
    const signed = decodedOrRefused(decodeAction, bytes)
    if (signed !== null) assert.deepEqual(encodeAction(signed.action, signed.signature), bytes)
  }),
)

fuzz(
  'an attendance report that is accepted is the one encoding of what it says',
  1_000,
  fc.property(strange(report), (bytes) => {
    const decoded = decodedOrRefused(decodeAttendanceReport, bytes)
    if (decoded !== null) assert.deepEqual(encodeAttendanceReport(decoded), bytes)
  }),
)

fuzz(
  'evidence that is accepted is the one encoding of what it says',
  1_000,
  fc.property(strange(evidence.map(encodeEvidence)), (bytes) => {
    const decoded = decodedOrRefused(decodeEvidence, bytes)
    if (decoded !== null) assert.deepEqual(encodeEvidence(decoded), bytes)
  }),
)

fuzz(
  'a record that is accepted is the one encoding of what it says',
  1_000,
  fc.property(strange(record.map(encodeRecord)), (bytes) => {
    const decoded = decodedOrRefused(decodeRecord, bytes)
    if (decoded !== null) assert.deepEqual(encodeRecord(decoded), bytes)
  }),
)

const appHeader = fc
  .tuple(...Array.from({ length: 6 }, () => bytesOf(32).map(toHex)), bytesOf(96))
  .map((parts) => {
    const [actionsRoot, recordsRoot, evidenceRoot, attendanceRoot, receiptsRoot, mix] = parts as Hex[]
    const roots = { actionsRoot: actionsRoot!, recordsRoot: recordsRoot!, evidenceRoot: evidenceRoot! }
    return encodeAppHeader({
      ...roots,
      attendanceRoot: attendanceRoot!,
      receiptsRoot: receiptsRoot!,
      mix: mix!,
      reveal: parts.at(-1) as Uint8Array,
    })
  })

fuzz(
  'the header of a Beacon block that is accepted is the one encoding of what it says',
  1_000,
  fc.property(strange(appHeader), (bytes) => {
    const decoded = decodedOrRefused(decodeAppHeader, bytes)
    if (decoded !== null) assert.deepEqual(encodeAppHeader(decoded), bytes)
  }),
)

const items = (item: fc.Arbitrary<Uint8Array>) => fc.array(item, { maxLength: 3 })
const body = fc
  .record({
    attendance: fc.array(report, { maxLength: 1 }),
    evidence: items(evidence.map(encodeEvidence)),
    records: items(record.map(encodeRecord)),
    actions: items(encodedAction),
  })
  .map(encodeBody)

fuzz(
  'the body of a Beacon block, and its items, that are accepted are the one encoding of what they say',
  1_000,
  fc.property(strange(body), (bytes) => {
    const decoded = decodedOrRefused(decodeBody, bytes)
    if (decoded === null) return
    assert.deepEqual(encodeBody(decoded), bytes)
    decodedOrRefused(decodeItems, decoded)
  }),
)

const receipt = fc
  .record(
    {
      hash: bytesOf(32).map(toHex),
      sender: address,
      type: fc.constantFrom('transfer', 'registerRollup', 'closeRollup'),
      rollup: fc.constant(null),
    },
    { noNullPrototype: true },
  )
  .map((fields) => encodeReceipt({ ...fields, refusal: null } as Parameters<typeof encodeReceipt>[0]))

fuzz(
  'a stored receipt that is accepted is the one encoding of what it says',
  500,
  fc.property(strange(receipt), (bytes) => {
    const decoded = decodedOrRefused(decodeReceipt, bytes)
    if (decoded !== null) assert.deepEqual(encodeReceipt(decoded), bytes)
  }),
)

const chain = new RollupChain({ rollup: rollupId(1), epoch: epoch(0), sub: 0 })
const committee = app.committee(chain.instance)!
const goodRecord = chain.record(committee, [chain.next(referenceTo(app))])
const beacon = app.committee({ rollup: BEACON, epoch: epoch(0), sub: 0 })!
const goodEvidence = createEvidence(
  beacon.instance,
  castVote(beacon, 1, 'X', goodRecord.headers[0]!.view, `0x${'00'.repeat(32)}`),
  castVote(beacon, 1, 'F', goodRecord.headers[0]!.view, goodRecord.headers[0]!.parent),
)

const poolItem: fc.Arbitrary<PoolItem> = fc.oneof(
  strange(fc.oneof(encodedAction, signedAction())).map((bytes): PoolItem => ({ type: 'action', bytes })),
  strange(fc.oneof(record.map(encodeRecord), fc.constant(encodeRecord(goodRecord)))).map(
    (bytes): PoolItem => ({ type: 'record', bytes }),
  ),
  strange(fc.oneof(evidence.map(encodeEvidence), fc.constant(encodeEvidence(goodEvidence)))).map(
    (bytes): PoolItem => ({ type: 'evidence', bytes }),
  ),
)

/** By somebody who has an account, or by nobody known. */
function signedAction(): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(
      action,
      fc.oneof(
        fc.constantFrom(alice.key, bob.key),
        bytesOf(32).filter((key) => key[0] !== 0xff && key[31] !== 0),
      ),
    )
    .map(([one, key]) => signedBytes(presentIdentity(app.network), one, key))
}

fuzz(
  'the pool answers whatever a peer sends with a reason, and holds so many items at most',
  300,
  fc.property(fc.array(poolItem, { maxLength: 8 }), (sent) => {
    for (const item of sent) measured(() => app.pool.addItem(item))
    assert.ok(app.pool.actions.size <= 4_096 && app.pool.evidence.size <= VALIDATORS_MAX)
  }),
)

fuzz(
  'of one peer no more items are looked at than are allowed in a second, and none after a forgery',
  100,
  fc.property(fc.array(poolItem, { maxLength: 20 }), (sent) => {
    let looked = 0
    const pool = {
      addItem(item: PoolItem) {
        looked++
        return app.pool.addItem(item)
      },
    }
    const intake = new PoolIntake(pool, { now: () => 5_000 }, silent)
    for (let round = 0; round < ITEMS_PER_SECOND; round++) for (const item of sent) intake.take('0xaa', item)
    assert.ok(looked <= ITEMS_PER_SECOND)
  }),
)

fuzz(
  'what a leader makes of whatever is in its pool, every other validator finds valid',
  12,
  fc.asyncProperty(fc.array(signedAction(), { maxLength: 12 }), async (actions) => {
    const leader = (await startNode(createGenesis({ params: { epochLength: 8 } }))).app
    const follower = (await startNode(createGenesis({ params: { epochLength: 8 } }))).app
    for (const bytes of actions) leader.pool.addAction(bytes)
    for (let height = 1; height <= 3; height++) {
      const parent = follower.head
      const block = await buildBlock(leader)
      assert.equal(await follower.verify(block, parent), true)
      for (const node of [leader, follower]) await node.commit([block], certifyBlock(node, block))
    }
  }),
)

fuzz(
  'a proposed Beacon block with anything in it is valid or not, and never an error',
  300,
  fc.asyncProperty(
    strange(fc.constant(proposed.appHeader)),
    strange(fc.constant(proposed.appBody)),
    fc.boolean(),
    header,
    async (changedHeader, changedBody, keepsHeader, other) => {
      const fields = {
        ...proposed,
        appHeader: keepsHeader ? proposed.appHeader : changedHeader,
        appBody: changedBody,
      }
      await app.verify(createBlock(fields), app.head)
      const moved = {
        ...proposed.header,
        time: other.time,
        proposer: other.proposer,
        view: other.view,
        stateRoot: other.stateRoot,
      }
      assert.equal(await app.verify(createBlock({ ...fields, header: moved }), app.head), false)
      assert.equal(await app.verify(createBlock({ ...fields, header: other }), app.head), false)
    },
  ),
)
