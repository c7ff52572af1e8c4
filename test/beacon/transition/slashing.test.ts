import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkElectionProof, createElectionProof } from '../../../src/beacon/election-proof.ts'
import { createEvidence } from '../../../src/beacon/evidence.ts'
import { entryOf } from '../../../src/beacon/staking/validator-set.ts'
import { utf8 } from '../../../src/primitives/bytes.ts'
import { keccakHex } from '../../../src/primitives/hash.ts'
import { BEACON, epoch, type Instance, rollupId, view } from '../../../src/primitives/ids.ts'
import { castVote, createGenesis, RollupChain, rollupSpec, TOKEN } from '../fixture.ts'
import { supplyOf } from '../staking/invariants.ts'
import { Ledger, ofType } from './ledger.ts'

const EPOCH_LENGTH = 16
const ROLLUP = rollupId(1)
const PARAMS = { epochLength: EPOCH_LENGTH, closeAfterBlocks: 2, openAfterBlocks: 3 }
const SEVEN = createGenesis({ params: PARAMS, rollups: [rollupSpec()] })
const FIVE = createGenesis({
  params: PARAMS,
  stakes: Array(5).fill(1000n * TOKEN + 1n),
  rollups: [rollupSpec()],
})
/** Nobody's stake is a multiple of twenty, and a slashed one stays above the minimum. */
const RICH = createGenesis({
  params: PARAMS,
  stakes: Array(8).fill(2000n * TOKEN + 3n),
  rollups: [rollupSpec()],
})

const instanceAt = (at: number, sub = 0): Instance => ({ rollup: ROLLUP, epoch: epoch(at), sub })

/** Of the present committee's seat. */
function offenceBy(ledger: Ledger, seat: number, instance = instanceAt(0)) {
  const committee = ledger.committee(instance)
  const [first, second] = ['a', 'b'].map((what) =>
    castVote(committee, seat, 'N', view(5), keccakHex(utf8(what))),
  )
  const { validator } = committee.members[seat]!
  return { validator, evidence: createEvidence(instance, first!, second!) }
}

const membersOf = (ledger: Ledger, instance: Instance) => ledger.state.committee(instance)!.seats

/** Of the first committee; validator 0 has to go on making the blocks. */
const dispensableSeats = (ledger: Ledger) =>
  membersOf(ledger, instanceAt(0)).flatMap((validator, seat) => (validator === 0 ? [] : [seat]))

function assertProvable(ledger: Ledger, instance: Instance): void {
  const proof = createElectionProof(ledger.trie, instance)!
  const question = { stateRoot: ledger.trie.root, instance, epochLength: EPOCH_LENGTH }
  assert.equal(checkElectionProof(proof, question), null)
}

test('two votes that exclude each other cost a twentieth of the stake: a sixteenth of it for the proposer, three for the insurance, the rest burned', () => {
  const ledger = new Ledger(RICH)
  const before = supplyOf(ledger.state, [...ledger.entries])
  const { validator, evidence } = offenceBy(ledger, 2)
  const [found] = ofType(ledger.apply({ evidence: [evidence] }).events, 'evidence')
  const amount = 100n * TOKEN + 1n
  const reward = amount / 16n
  const insurance = (3n * amount) / 16n
  assert.deepEqual(found!.slash, { amount, reward, insurance })
  assert.equal(ledger.state.insurance(ROLLUP), insurance)
  const { stake, slashed, tombstonedIn } = ledger.state.validator(validator)!
  assert.deepEqual(
    { stake, slashed, tombstonedIn },
    { stake: 1900n * TOKEN + 2n, slashed: amount, tombstonedIn: 0 },
  )
  const reporter = ledger.state.validator(0)!.account
  assert.equal(found!.reporter, reporter)
  assert.equal(ledger.state.account(reporter).balance, reward)
  assert.equal(ledger.state.burned(), amount - reward - insurance)
  assert.equal(supplyOf(ledger.state, [...ledger.entries]), before)
})

test('an offender is punished once, whatever else it did', () => {
  const ledger = new Ledger(SEVEN)
  const { validator, evidence } = offenceBy(ledger, 2)
  ledger.apply({ evidence: [evidence] })
  const seat = ledger
    .committee({ rollup: BEACON, epoch: epoch(0), sub: 0 })
    .members.findIndex((member) => member.validator === validator)
  const another = offenceBy(ledger, seat, { rollup: BEACON, epoch: epoch(0), sub: 0 })
  assert.deepEqual(ledger.try(ledger.input({ evidence: [another.evidence] })), {
    ok: false,
    reason: 'ALREADY_PUNISHED',
  })
})

test('whoever was expelled has no weight once the next set is frozen, and is never drawn again', () => {
  const ledger = new Ledger(RICH)
  const { validator, evidence } = offenceBy(ledger, 0)
  ledger.apply({ evidence: [evidence] })
  const changes = ofType(ledger.advanceTo(6 * EPOCH_LENGTH), 'setChanged')
  assert.deepEqual(
    changes.map((change) => change.epoch),
    [3],
  )
  for (let at = 0; at <= 8; at++) {
    const entry = entryOf(ledger.state.validatorSet(epoch(at))!, validator)
    assert.equal(entry === null, at >= 3, `epoch ${at}`)
  }
  for (let at = 1; at <= 7; at++) {
    assert.ok(!membersOf(ledger, instanceAt(at)).includes(validator), `epoch ${at}`)
    assertProvable(ledger, instanceAt(at))
  }
})

test('its seats of coming epochs go to reserves at once', () => {
  const ledger = new Ledger(SEVEN)
  ledger.advanceTo(EPOCH_LENGTH)
  // Somebody who has a seat now and in the next epoch.
  const [present, coming] = [instanceAt(1), instanceAt(2)]
  const next = ledger.state.committee(coming)!
  const seat = membersOf(ledger, present).findIndex((member) => next.seats.includes(member))
  ledger.apply()
  const { validator, evidence } = offenceBy(ledger, seat, present)
  const { events } = ledger.apply({ evidence: [evidence] })
  const at = next.seats.indexOf(validator)
  const filled = ledger.state.committee(coming)!
  assert.deepEqual(filled.seats, next.seats.with(at, next.standby[0]!))
  assert.deepEqual(filled.standby, next.standby.slice(1))
  assert.deepEqual(filled.replaced, [{ seat: at, validator }])
  assert.deepEqual(
    ofType(events, 'committeeDrawn').map(({ instance }) => instance),
    [coming],
  )
  assert.deepEqual(membersOf(ledger, present)[seat], validator, 'a running instance keeps its members')
  assertProvable(ledger, coming)
})

test('a running instance makes way at the end of the sub-epoch, for one in which a reserve has the seat', () => {
  const ledger = new Ledger(SEVEN)
  const first = instanceAt(0)
  const chain = new RollupChain(first)
  ledger.advanceTo(1)
  const { validator, evidence } = offenceBy(ledger, 3)
  const [reserve] = ledger.state.committee(first)!.standby
  ledger.apply({ evidence: [evidence] })
  assert.deepEqual(ofType(ledger.advanceTo(3), 'closed'), [])
  const closing = ledger.advanceTo(4)
  const second = instanceAt(0, 1)
  assert.deepEqual(
    ofType(closing, 'closed').map(({ instance }) => instance),
    [first],
  )
  assert.deepEqual(
    ofType(closing, 'committeeDrawn').map(({ instance }) => instance),
    [second],
  )
  // What the old committee has certified is still recorded, and is where the new one goes on.
  const last = chain.next(ledger.reference)
  ledger.apply({ records: [chain.record(ledger.committee(first), [last])] })
  const [opened] = ofType(ledger.advanceTo(7), 'opened')
  assert.deepEqual([opened!.instance, opened!.genesis!.height], [second, last.height])
  assert.deepEqual(membersOf(ledger, second), membersOf(ledger, first).with(3, reserve!))
  assertProvable(ledger, second)
  chain.enter(second)
  ledger.apply({ records: [chain.record(ledger.committee(second), [chain.next(ledger.reference)])] })
  assert.deepEqual(ledger.state.record(ROLLUP)!.instance, second)
  assert.deepEqual(ofType(ledger.advanceTo(EPOCH_LENGTH), 'closed'), [], `validator ${validator} is gone`)
})

test('a reserve that is expelled too makes way for the next one, in the same epoch', () => {
  const ledger = new Ledger(
    createGenesis({ params: { ...PARAMS, openAfterBlocks: 1 }, rollups: [rollupSpec()] }),
  )
  const before = ledger.state.committee(instanceAt(0))!
  ledger.apply({ evidence: [offenceBy(ledger, 0).evidence] })
  ledger.advanceTo(6)
  assert.equal(ledger.state.instanceStatus(ROLLUP)!.instance.sub, 1)
  ledger.apply({ evidence: [offenceBy(ledger, 0, instanceAt(0, 1)).evidence] })
  ledger.advanceTo(10)
  const { instance } = ledger.state.instanceStatus(ROLLUP)!
  assert.deepEqual(instance, instanceAt(0, 2))
  assert.equal(membersOf(ledger, instance)[0], before.standby[1])
  assertProvable(ledger, instance)
})

test('without a reserve the rollup goes on with whom it has', () => {
  const ledger = new Ledger(FIVE)
  const { validator, evidence } = offenceBy(ledger, 1)
  ledger.apply({ evidence: [evidence] })
  const events = ledger.advanceTo(EPOCH_LENGTH)
  assert.deepEqual(ofType(events, 'closed'), [])
  // Four validators can't be a Beacon Layer, so the set stays as well.
  assert.deepEqual(ofType(ledger.advanceTo(4 * EPOCH_LENGTH), 'setChanged'), [])
  assert.ok(membersOf(ledger, instanceAt(4)).includes(validator))
})

test('nobody is said to have lost a seat who was not expelled', () => {
  const ledger = new Ledger(SEVEN)
  ledger.advanceTo(1)
  ledger.apply({ evidence: [offenceBy(ledger, 3).evidence] })
  ledger.advanceTo(4)
  const instance = instanceAt(0, 1)
  const question = { stateRoot: ledger.trie.root, instance, epochLength: EPOCH_LENGTH }
  const proof = createElectionProof(ledger.trie, instance)!
  const other = createElectionProof(ledger.trie, instanceAt(0))!
  assert.equal(checkElectionProof({ ...proof, expelled: [] }, question), 'SEAT_NOT_VACATED')
  assert.equal(checkElectionProof({ ...proof, expelled: [proof.seed] }, question), 'SEAT_NOT_VACATED')
  assert.equal(checkElectionProof({ ...proof, committee: other.committee }, question), 'STATE_PROOF_INVALID')
})

test('half an unbonding time later it costs three times the share of the seats that offended: of one of five, three fifths of the rest', () => {
  const ledger = new Ledger(RICH)
  const before = supplyOf(ledger.state, [...ledger.entries])
  const { validator, evidence } = offenceBy(ledger, dispensableSeats(ledger)[0]!)
  ledger.apply({ evidence: [evidence] })
  const { stake } = ledger.state.validator(validator)!
  const due = Math.floor(ledger.state.params().unbondEpochs / 2)
  const [none, one] = [due * EPOCH_LENGTH, (due + 1) * EPOCH_LENGTH].map((at) =>
    ofType(ledger.advanceTo(at), 'penalized'),
  )
  assert.deepEqual(none, [])
  assert.equal(one![0]!.validator, validator)
  assert.equal(one![0]!.slash.amount, (stake * 3n + 4n) / 5n)
  assert.equal(ledger.state.validator(validator)!.stake, stake - (stake * 3n + 4n) / 5n)
  assert.equal(supplyOf(ledger.state, [...ledger.entries]), before)
})

test('two of five who offend together lose everything', () => {
  const ledger = new Ledger(RICH)
  const offenders = dispensableSeats(ledger)
    .slice(0, 2)
    .map((seat) => offenceBy(ledger, seat))
  for (const { evidence } of offenders) ledger.apply({ evidence: [evidence] })
  ledger.advanceTo(5 * EPOCH_LENGTH)
  for (const { validator } of offenders) assert.equal(ledger.state.validator(validator)!.stake, 0n)
})

test('a lone voter of the Beacon Layer who offends loses three times its share', () => {
  const ledger = new Ledger(RICH)
  const { validator, evidence } = offenceBy(ledger, 5, { rollup: BEACON, epoch: epoch(0), sub: 0 })
  const [found] = ofType(ledger.apply({ evidence: [evidence] }).events, 'evidence')
  assert.equal(found!.slash.insurance, 0n)
  const { stake } = ledger.state.validator(validator)!
  ledger.advanceTo(5 * EPOCH_LENGTH)
  // One of eight of equal weight when it offended, of seven when it is judged.
  assert.equal(ledger.state.validator(validator)!.stake, stake - (stake * 3n + 6n) / 7n)
})
