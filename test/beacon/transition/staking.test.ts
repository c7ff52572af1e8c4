import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Action, ALL_TOKENS } from '../../../src/beacon/action-types.ts'
import { createEvidence } from '../../../src/beacon/evidence.ts'
import { BEACON_CHAIN_ID } from '../../../src/beacon/params.ts'
import { holdingsOf } from '../../../src/beacon/staking/holdings.ts'
import type { BeaconStateView } from '../../../src/beacon/state.ts'
import { utf8 } from '../../../src/primitives/bytes.ts'
import { keccak256, keccakHex } from '../../../src/primitives/hash.ts'
import { beaconInstance, epoch, height, view } from '../../../src/primitives/ids.ts'
import { provePossession } from '../../../src/primitives/possession.ts'
import { accountOf, alice, bob, castVote, createGenesis, signers, TOKEN } from '../fixture.ts'
import { stakingFaults, supplyOf } from '../staking/invariants.ts'
import { Ledger, ofType } from './ledger.ts'

const EPOCH_LENGTH = 8
const PARAMS = {
  epochLength: EPOCH_LENGTH,
  unbondEpochs: 4,
  evidenceEpochs: 2,
  jailEpochs: 2,
  minStake: 50n * TOKEN,
}
const RICH = 10_000n * TOKEN

/** What an action says besides its nonce. */
type Asked = Action extends infer One ? (One extends Action ? Omit<One, 'nonce'> : never) : never

class Bank {
  readonly ledger = new Ledger(
    (() => {
      const genesis = createGenesis({ params: PARAMS, stakes: Array(7).fill(100n * TOKEN) })
      const rich = [alice, bob, ...newcomers].map(({ address }) => ({ address, balance: RICH }))
      const owners = genesis.validators.map(({ account }) => ({ address: account, balance: TOKEN }))
      return { ...genesis, accounts: [...rich, ...owners] }
    })(),
  )
  readonly #supply = supplyOf(this.ledger.state, [...this.ledger.entries])

  get state(): BeaconStateView {
    return this.ledger.state
  }

  get epoch(): number {
    return this.ledger.epochAt(this.ledger.height)
  }

  /** One block with one action; why it was refused, or null. */
  act(account: { key: Uint8Array; address: `0x${string}` }, asked: Asked): string | null {
    const { nonce } = this.state.account(account.address)
    const action = this.ledger.sign({ ...asked, nonce } as Action, account)
    const { receipts } = this.ledger.apply({ actions: [action] })
    this.check()
    return receipts[0]!.refusal
  }

  /** Blocks in which everybody but `absent` takes part. */
  pass(blocks: number, absent: readonly number[] = []) {
    return Array.from({ length: blocks }, () => {
      const attendance = this.ledger.height === 0 ? [] : [this.ledger.attendance(absent)]
      const { events } = this.ledger.apply({ attendance })
      this.check()
      return events
    }).flat()
  }

  passEpochs(epochs: number, absent: readonly number[] = []) {
    return this.pass((this.epoch + epochs) * EPOCH_LENGTH - this.ledger.height + 1, absent)
  }

  check(): void {
    assert.deepEqual(stakingFaults(this.state, [...this.ledger.entries], this.#supply), [])
  }

  balance({ address }: { address: `0x${string}` }): bigint {
    return this.state.account(address).balance
  }
}

const newcomers = ['seventh', 'eighth', 'ninth'].map(accountOf)

/** The action with which newcomer `n` becomes a validator. */
function registration(n: number, fields: Partial<Extract<Action, { type: 'registerValidator' }>> = {}) {
  const signer = signers[7 + n]!
  return {
    type: 'registerValidator',
    votePublicKey: signer.publicKey,
    proofOfPossession: provePossession(signer, newcomers[n]!.address, BEACON_CHAIN_ID),
    networkKey: keccak256(utf8(`newcomer ${n}`)),
    stake: 100n * TOKEN,
    commissionBps: 1_000,
    ...fields,
  } as const
}

const owner = (index: number) => accountOf(`validator ${index}`)
const FEE = TOKEN / 1_000n

test('whoever registers is one of the voters three epochs later', () => {
  const bank = new Bank()
  assert.equal(bank.act(newcomers[0]!, registration(0)), null)
  const index = bank.state.validatorOf(newcomers[0]!.address)!
  assert.equal(index, 7)
  assert.equal(bank.balance(newcomers[0]!), RICH - 100n * TOKEN - FEE)
  const changes = ofType(bank.passEpochs(3), 'setChanged')
  assert.deepEqual(
    changes.map((change) => change.epoch),
    [3],
  )
  const serving = (at: number) =>
    bank.state.validatorSet(epoch(at))!.entries.map(({ validator }) => validator)
  assert.ok(!serving(2).includes(index))
  assert.ok(serving(3).includes(index))
  assert.equal(bank.ledger.voters.members.length, 8)
})

test('a registration that breaks a rule is refused, and changes nothing but the fee', () => {
  const bank = new Bank()
  const [first] = newcomers as [typeof alice]
  const used = bank.state.validator(0)!
  const attempts: [string, Partial<Extract<Action, { type: 'registerValidator' }>>][] = [
    ['BELOW_MINIMUM_STAKE', { stake: 50n * TOKEN - 1n }],
    ['COMMISSION_OUT_OF_BOUNDS', { commissionBps: 2_001 }],
    ['KEY_TAKEN', { votePublicKey: used.votePublicKey }],
    ['KEY_TAKEN', { networkKey: used.networkKey }],
    ['INVALID_PROOF_OF_POSSESSION', { proofOfPossession: registration(1).proofOfPossession }],
    ['INSUFFICIENT_BALANCE', { stake: RICH }],
  ]
  for (const [reason, fields] of attempts) {
    assert.equal(bank.act(first, registration(0, fields)), reason)
    assert.equal(bank.state.validatorCount(), 7)
  }
  assert.equal(bank.balance(first), RICH - 6n * FEE)
  assert.equal(bank.act(first, registration(0)), null)
  assert.equal(bank.act(first, registration(1)), 'ALREADY_A_VALIDATOR')
})

test('no more proofs of possession are looked at in one block than it has time for', () => {
  const { ledger } = new Bank()
  const [first] = newcomers as [typeof alice]
  const { proofOfPossession } = registration(1)
  const actions = Array.from({ length: 18 }, (_, nonce) =>
    ledger.sign({ ...registration(0, { proofOfPossession }), nonce }, first),
  )
  const refusals = ledger.apply({ actions }).receipts.map(({ refusal }) => refusal)
  assert.deepEqual(refusals.slice(15), [
    'INVALID_PROOF_OF_POSSESSION',
    'TOO_MANY_IN_BLOCK',
    'TOO_MANY_IN_BLOCK',
  ])
})

test('a key is registered once, ever', () => {
  const bank = new Bank()
  assert.equal(bank.act(newcomers[0]!, registration(0)), null)
  assert.equal(bank.act(newcomers[0]!, { type: 'exitValidator' }), null)
  bank.passEpochs(4)
  assert.equal(
    bank.act(newcomers[1]!, registration(1, { networkKey: registration(0).networkKey })),
    'KEY_TAKEN',
  )
})

test('delegated stake counts, earns, and comes back after the time of its last duty and of unbonding', () => {
  const bank = new Bank()
  assert.equal(bank.act(alice, { type: 'delegate', validator: 3, amount: 20n * TOKEN }), null)
  assert.equal(bank.state.validator(3)!.stake, 120n * TOKEN)
  bank.passEpochs(3)
  assert.equal(bank.state.validatorSet(epoch(3))!.entries[3]!.stake, 120n * TOKEN)
  const before = bank.balance(alice)
  assert.equal(bank.act(alice, { type: 'claim', validator: 3 }), null)
  const earned = bank.balance(alice) - before + FEE
  assert.ok(earned > 0n)
  assert.equal(bank.act(alice, { type: 'undelegate', validator: 3, amount: ALL_TOKENS }), null)
  assert.equal(bank.state.validator(3)!.stake, 100n * TOKEN)
  const asked = bank.epoch
  // Frozen sets have it for two epochs more; then four of unbonding.
  bank.passEpochs(5)
  assert.equal(bank.epoch, asked + 5)
  assert.equal(bank.act(alice, { type: 'claim', validator: 3 }), 'NOTHING_TO_CLAIM')
  bank.passEpochs(1)
  const waiting = bank.balance(alice)
  assert.equal(bank.act(alice, { type: 'claim', validator: 3 }), null)
  assert.equal(bank.balance(alice), waiting + 20n * TOKEN - FEE)
})

test('rewards go by weight to whoever signed, a commission first, and more to a proposer who brings in more votes', () => {
  const bank = new Bank()
  bank.act(alice, { type: 'delegate', validator: 2, amount: 100n * TOKEN })
  bank.pass(5, [6])
  bank.passEpochs(1, [6])
  const [two, six] = [2, 6].map((index) => bank.state.validator(index)!)
  assert.equal(six!.unclaimedRewards + six!.commissionEarned, 0n)
  const all = two!.unclaimedRewards + two!.commissionEarned
  assert.equal(two!.commissionEarned, all / 20n)
  const shared = bank.balance(alice)
  bank.act(alice, { type: 'claim', validator: 2 })
  const earned = bank.balance(alice) - shared + FEE
  // Half of the stake is its own: what it has not claimed is as much, but for a few wei each time that rewards were credited.
  const left = bank.state.validator(2)!.unclaimedRewards
  assert.ok(left - earned >= 0n && left - earned <= 100n, `${earned}, and ${left} left`)
  const [full, partial] = [[], [5, 6]].map((absent) => {
    const fresh = new Bank()
    fresh.pass(EPOCH_LENGTH, absent)
    const zero = fresh.state.validator(0)!
    const one = fresh.state.validator(1)!
    return zero.unclaimedRewards + zero.commissionEarned - one.unclaimedRewards - one.commissionEarned
  })
  assert.ok(full! > partial!, 'the votes of all are worth more to the proposer than a quorum')
})

test('stake moves at once, once, and answers for the validator that it came from until it would have been free', () => {
  const bank = new Bank()
  bank.act(alice, { type: 'delegate', validator: 1, amount: 20n * TOKEN })
  bank.act(bob, { type: 'delegate', validator: 2, amount: 20n * TOKEN })
  assert.equal(bank.act(alice, { type: 'redelegate', validator: 1, to: 1, amount: TOKEN }), 'SAME_VALIDATOR')
  assert.equal(bank.act(alice, { type: 'redelegate', validator: 1, to: 2, amount: 10n * TOKEN }), null)
  assert.equal(bank.act(alice, { type: 'redelegate', validator: 1, to: 2, amount: TOKEN }), 'MOVED_LATELY')
  assert.equal(bank.act(alice, { type: 'redelegate', validator: 2, to: 3, amount: TOKEN }), 'MOVED_LATELY')
  assert.equal(bank.act(alice, { type: 'undelegate', validator: 2, amount: TOKEN }), 'MOVED_LATELY')
  assert.equal(bank.state.validator(2)!.stake, 130n * TOKEN)
  bank.passEpochs(6)
  assert.equal(bank.act(alice, { type: 'undelegate', validator: 2, amount: ALL_TOKENS }), null)
})

/** Two votes of a validator for the Beacon Layer's present epoch. */
function offenceBy({ ledger }: Bank, validator: number) {
  const { voters } = ledger
  const seat = voters.members.findIndex((member) => member.validator === validator)
  const [a, b] = ['a', 'b'].map((what) => castVote(voters, seat, 'N', view(7), keccakHex(utf8(what))))
  return createEvidence(beaconInstance(ledger.epochAt(ledger.height)), a!, b!)
}

test('an offence is paid by all who backed it: who stayed, who is leaving, and who has moved', () => {
  const bank = new Bank()
  bank.act(alice, { type: 'delegate', validator: 1, amount: 60n * TOKEN })
  bank.act(bob, { type: 'delegate', validator: 2, amount: 40n * TOKEN })
  bank.passEpochs(1)
  bank.act(alice, { type: 'undelegate', validator: 1, amount: 20n * TOKEN })
  bank.act(alice, { type: 'redelegate', validator: 1, to: 2, amount: 20n * TOKEN })
  const { events } = bank.ledger.apply({ evidence: [offenceBy(bank, 1)] })
  bank.check()
  const [found] = ofType(events, 'evidence')
  assert.equal(found!.slash.amount, 8n * TOKEN)
  const holdings = () => holdingsOf(bank.state, alice.address, height(bank.ledger.height))
  const [one, two] = holdings()
  assert.deepEqual([one!.stake, one!.leaving[0]!.amount], [19n * TOKEN, 19n * TOKEN])
  assert.deepEqual([two!.stake, two!.moved!.amount], [19n * TOKEN, 19n * TOKEN])
  // Its other delegators lose nothing.
  assert.equal(holdingsOf(bank.state, bob.address, height(bank.ledger.height))[0]!.stake, 40n * TOKEN)
  const [penalized] = ofType(bank.passEpochs(3), 'penalized')
  assert.ok(penalized!.slash.amount > 0n)
  assert.ok(holdings()[1]!.stake < 19n * TOKEN)
})

test('what is leaving an offender is held back until all is taken', () => {
  const bank = new Bank()
  bank.act(alice, { type: 'delegate', validator: 1, amount: 20n * TOKEN })
  bank.act(alice, { type: 'undelegate', validator: 1, amount: 20n * TOKEN })
  const free = holdingsOf(bank.state, alice.address, height(bank.ledger.height))[0]!.leaving[0]!.freeIn
  bank.passEpochs(free - 2)
  // What it did when the stake had its last duty comes to light as late as it may.
  const { voters } = bank.ledger
  const evidence = offenceBy(bank, 1)
  assert.ok(voters.members.length === 7)
  bank.pass(1)
  bank.ledger.apply({ evidence: [evidence] })
  bank.passEpochs(1)
  assert.equal(bank.epoch, free - 1)
  bank.passEpochs(1)
  assert.equal(bank.act(alice, { type: 'claim', validator: 1 }), 'NOTHING_TO_CLAIM')
  bank.passEpochs(1)
  assert.equal(bank.act(alice, { type: 'claim', validator: 1 }), null)
})

test('a validator takes its own stake out only when it has left, and leaves when a set is frozen without it', () => {
  const bank = new Bank()
  const one = owner(1)
  assert.equal(
    bank.act(one, { type: 'undelegate', validator: 1, amount: 51n * TOKEN }),
    'BELOW_MINIMUM_STAKE',
  )
  assert.equal(bank.act(one, { type: 'undelegate', validator: 1, amount: 50n * TOKEN }), null)
  assert.equal(bank.act(one, { type: 'exitValidator' }), null)
  assert.equal(bank.act(one, { type: 'exitValidator' }), 'LEAVING')
  assert.equal(bank.act(alice, { type: 'delegate', validator: 1, amount: TOKEN }), 'NOT_ACCEPTING_STAKE')
  const [left] = ofType(bank.passEpochs(1), 'left')
  assert.deepEqual(left, { type: 'left', validator: 1, epoch: 3 })
  assert.equal(bank.act(one, { type: 'undelegate', validator: 1, amount: ALL_TOKENS }), null)
  bank.passEpochs(6)
  const before = bank.balance(one)
  assert.equal(bank.act(one, { type: 'claim', validator: 1 }), null)
  assert.ok(bank.balance(one) >= before + 100n * TOKEN - FEE)
})

test('the last five may not leave', () => {
  const bank = new Bank()
  for (const index of [5, 6]) assert.equal(bank.act(owner(index), { type: 'exitValidator' }), null)
  assert.equal(bank.act(owner(4), { type: 'exitValidator' }), 'TOO_FEW_VALIDATORS')
})

test('no more than a quarter of the stake leaves or comes in one epoch', () => {
  const bank = new Bank()
  for (const n of [0, 1, 2]) assert.equal(bank.act(newcomers[n]!, registration(n)), null)
  bank.act(alice, { type: 'delegate', validator: 0, amount: 500n * TOKEN })
  const stakes = (at: number) =>
    Object.fromEntries(
      bank.state.validatorSet(epoch(at))!.entries.map(({ validator, stake }) => [validator, stake / TOKEN]),
    )
  bank.passEpochs(4)
  // 700 at first: 175 more, then 218, and then what is left.
  assert.deepEqual(stakes(2), { 0: 100n, 1: 100n, 2: 100n, 3: 100n, 4: 100n, 5: 100n, 6: 100n })
  assert.equal(stakes(3)[0], 275n)
  assert.equal(stakes(4)[0], 493n)
  assert.deepEqual([stakes(5)[0], stakes(5)[7], stakes(5)[8]], [600n, 100n, 67n])
  assert.deepEqual([stakes(6)[8], stakes(6)[9]], [100n, 100n])
})

test('a commission changes by at most a hundredth, once in an epoch, and within its bounds', () => {
  const bank = new Bank()
  const one = owner(1)
  assert.equal(bank.act(one, { type: 'setCommission', commissionBps: 600 }), 'COMMISSION_CHANGED_LATELY')
  bank.passEpochs(1)
  assert.equal(bank.act(one, { type: 'setCommission', commissionBps: 601 }), 'COMMISSION_OUT_OF_BOUNDS')
  assert.equal(bank.act(one, { type: 'setCommission', commissionBps: 600 }), null)
  assert.equal(bank.act(one, { type: 'setCommission', commissionBps: 500 }), 'COMMISSION_CHANGED_LATELY')
  assert.equal(bank.act(alice, { type: 'setCommission', commissionBps: 500 }), 'NOT_A_VALIDATOR')
})

test('who is away for most of a hundred blocks is jailed, loses a ten-thousandth, and may come back', () => {
  const bank = new Bank()
  const events = bank.pass(101, [4])
  const [jailed] = ofType(events, 'jailed')
  assert.deepEqual(jailed, {
    type: 'jailed',
    validator: 4,
    account: owner(4).address,
    amount: (100n * TOKEN) / 10_000n,
  })
  const { isJailed, jailedIn } = bank.state.validator(4)!
  assert.ok(isJailed && jailedIn === bank.epoch)
  assert.equal(bank.act(owner(4), { type: 'unjail' }), 'JAILED_FOR_LONGER')
  const told = ofType(bank.passEpochs(2, [4]), 'jailed')
  assert.deepEqual(told, [], 'once is enough')
  assert.equal(bank.act(owner(4), { type: 'unjail' }), null)
  assert.equal(bank.act(owner(4), { type: 'unjail' }), 'NOT_JAILED')
  bank.passEpochs(4)
  assert.ok(bank.ledger.voters.members.some(({ validator }) => validator === 4))
})

test('who is slow but there is not jailed: half of the blocks are enough', () => {
  const bank = new Bank()
  for (let block = 0; block < 130; block++) {
    assert.deepEqual(ofType(bank.pass(1, block % 2 === 0 ? [4] : [5]), 'jailed'), [])
  }
})

test('attendance that is no certificate of an earlier block of this chain makes a block invalid', () => {
  const { ledger } = new Bank()
  ledger.apply()
  ledger.apply()
  const good = ledger.attendance()
  const attempts = [
    ['NOT_AN_ANCESTOR', { ...good, height: (good.height - 1) as typeof good.height }],
    ['NOT_AN_ANCESTOR', { ...good, height: (good.height + 1) as typeof good.height }],
    ['INVALID_CERTIFICATE', { ...good, certificate: { ...good.certificate, kind: 'N' as const } }],
    ['INVALID_CERTIFICATE', { ...good, certificate: { ...good.certificate, signature: new Uint8Array(96) } }],
  ] as const
  for (const [reason, attendance] of attempts) {
    assert.deepEqual(ledger.try(ledger.input({ attendance: [attendance] })), { ok: false, reason })
  }
  ledger.apply({ attendance: [good] })
  assert.deepEqual(ledger.try(ledger.input({ attendance: [good] })), { ok: false, reason: 'REPORTED_BEFORE' })
})
