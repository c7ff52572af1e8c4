import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Action } from '../../../src/beacon/action-types.ts'
import { rollupId } from '../../../src/primitives/ids.ts'
import type { RollupSpec } from '../../../src/primitives/rollup-spec.ts'
import { accountOf, alice, bob, createGenesis, rollupSpec, TOKEN } from '../fixture.ts'
import { Ledger, ofType } from './ledger.ts'

const GENESIS = createGenesis({ params: { epochLength: 8 } })
const FEE = GENESIS.params.actionFee

const transfer = (nonce: number, amount: bigint): Action => ({
  type: 'transfer',
  nonce,
  to: bob.address,
  amount,
})
const register = (nonce: number, spec: RollupSpec): Action => ({ type: 'registerRollup', nonce, spec })

test('a transfer moves the amount and burns the fee', () => {
  const ledger = new Ledger(GENESIS)
  const { receipts } = ledger.apply({ actions: [ledger.sign(transfer(0, TOKEN), alice)] })
  assert.deepEqual(
    receipts.map(({ refusal, sender }) => ({ refusal, sender })),
    [{ refusal: null, sender: alice.address }],
  )
  assert.deepEqual(ledger.state.account(alice.address), { nonce: 1, balance: 99n * TOKEN - FEE })
  assert.deepEqual(ledger.state.account(bob.address), { nonce: 0, balance: 101n * TOKEN })
  assert.equal(ledger.state.burned(), FEE)
})

test('a transfer to oneself changes only the fee', () => {
  const ledger = new Ledger(GENESIS)
  ledger.apply({
    actions: [ledger.sign({ type: 'transfer', nonce: 0, to: alice.address, amount: TOKEN }, alice)],
  })
  assert.equal(ledger.state.account(alice.address).balance, 100n * TOKEN - FEE)
})

test('a refused action is charged its fee and changes nothing else', () => {
  const ledger = new Ledger(GENESIS)
  const { receipts } = ledger.apply({ actions: [ledger.sign(transfer(0, 100n * TOKEN), alice)] })
  assert.equal(receipts[0]!.refusal, 'INSUFFICIENT_BALANCE')
  assert.deepEqual(ledger.state.account(alice.address), { nonce: 1, balance: 100n * TOKEN - FEE })
  assert.equal(ledger.state.account(bob.address).balance, 100n * TOKEN)
})

test('a block with an action that cannot be charged is invalid', () => {
  const ledger = new Ledger(GENESIS)
  const other = { ...ledger.sign(transfer(0, 1n), alice), signature: new Uint8Array(65) }
  assert.deepEqual(ledger.try(ledger.input({ actions: [other] })), { ok: false, reason: 'BAD_SIGNATURE' })
  const early = ledger.sign(transfer(1, 1n), alice)
  assert.deepEqual(ledger.try(ledger.input({ actions: [early] })), { ok: false, reason: 'WRONG_NONCE' })
  const action = ledger.sign(transfer(0, 1n), alice)
  assert.deepEqual(ledger.try(ledger.input({ actions: [action, action] })), {
    ok: false,
    reason: 'WRONG_NONCE',
  })
  const poor = ledger.sign(transfer(0, 0n), accountOf('carol'))
  assert.deepEqual(ledger.try(ledger.input({ actions: [poor] })), { ok: false, reason: 'FEE_NOT_COVERED' })
})

test('a registered rollup gets an id, and its committees in the next block', () => {
  const ledger = new Ledger(GENESIS)
  const first = ledger.apply({ actions: [ledger.sign(register(0, rollupSpec()), alice)] })
  assert.equal(first.receipts[0]!.rollup, 1)
  assert.equal(ofType(first.events, 'rollupRegistered').length, 1)
  assert.equal(ofType(first.events, 'committeeDrawn').length, 0)
  assert.equal(ledger.state.instanceStatus(rollupId(1)), null)
  const second = ledger.apply()
  assert.deepEqual(
    ofType(second.events, 'committeeDrawn').map(({ instance }) => instance.epoch),
    [0, 1],
  )
  assert.deepEqual(
    ofType(second.events, 'opened').map(({ instance, genesis }) => ({ instance, genesis })),
    [{ instance: { rollup: 1, epoch: 0, sub: 0 }, genesis: null }],
  )
  assert.equal(ofType(ledger.apply().events, 'committeeDrawn').length, 0)
})

test('the first committee depends on the block after the registration', () => {
  const [one, other] = [new Ledger(GENESIS), new Ledger(GENESIS)]
  for (const ledger of [one, other])
    ledger.apply({ actions: [ledger.sign(register(0, rollupSpec()), alice)] })
  const seeds = [one, other].map((ledger, i) => {
    if (i === 1) ledger.apply({ actions: [ledger.sign(transfer(1, 1n), alice)] })
    else ledger.apply()
    return ledger.state.committee({ rollup: rollupId(1), epoch: ledger.epochAt(2), sub: 0 })!.seed
  })
  // Contents can't grind it: only the reveals count.
  assert.equal(seeds[0], seeds[1])
  assert.notEqual(seeds[0], one.state.seed(one.epochAt(2)))
})

test('a rollup registered in a terminal block waits for the next block too', () => {
  const ledger = new Ledger(GENESIS)
  ledger.advanceTo(7)
  const terminal = ledger.apply({ actions: [ledger.sign(register(0, rollupSpec()), alice)] })
  assert.equal(ofType(terminal.events, 'committeeDrawn').length, 0)
  assert.deepEqual(
    ofType(ledger.apply().events, 'committeeDrawn').map(({ instance }) => instance.epoch),
    [1, 2],
  )
})

test('a rollup registered before the terminal block has three committees after it', () => {
  const ledger = new Ledger(GENESIS)
  ledger.advanceTo(6)
  ledger.apply({ actions: [ledger.sign(register(0, rollupSpec()), alice)] })
  assert.deepEqual(
    ofType(ledger.apply().events, 'committeeDrawn').map(({ instance }) => instance.epoch),
    [0, 1, 2],
  )
})

const REFUSED: [string, Partial<RollupSpec>][] = [
  ['INVALID_NAME', { name: 'No' }],
  ['INVALID_CHAIN_ID', { chainId: 1 }],
  ['INVALID_CHAIN_ID', { chainId: 1337 }],
  ['INVALID_CHAIN_ID', { chainId: 31337 }],
  ['INVALID_CHAIN_ID', { chainId: 0 }],
  ['INVALID_CHAIN_ID', { chainId: GENESIS.chainId }],
  ['TOO_FEW_SEQUENCERS', { sequencers: 4 }],
  ['TOO_MANY_SEQUENCERS', { sequencers: 101 }],
  ['TOO_FEW_VALIDATORS', { sequencers: 8 }],
  ['TOO_FEW_VALIDATORS', { minStake: 1000n * TOKEN + 1n }],
  ['INVALID_BLOCK_TIME', { blockTimeMs: 60_001 }],
  ['INVALID_HEARTBEAT', { heartbeatMs: 0 }],
  ['INVALID_GAS_LIMIT', { gasLimit: 1 }],
  ['INVALID_ALLOC', { alloc: [bob, bob].map(({ address }) => ({ address, balance: 1n })) }],
  ['NAME_TAKEN', { chainId: 7_700_009 }],
  ['CHAIN_ID_TAKEN', { name: 'other' }],
]

test('a rollup outside the rules is refused with its reason', () => {
  const ledger = new Ledger(createGenesis({ rollups: [rollupSpec()] }))
  for (const [reason, fields] of REFUSED) {
    const spec = { ...rollupSpec({ name: 'new', chainId: 7_700_002 }), ...fields }
    const fresh =
      reason === 'NAME_TAKEN'
        ? { ...spec, name: 'app' }
        : reason === 'CHAIN_ID_TAKEN'
          ? { ...spec, chainId: 7_700_001 }
          : spec
    const nonce = ledger.state.account(alice.address).nonce
    const { receipts, events } = ledger.apply({ actions: [ledger.sign(register(nonce, fresh), alice)] })
    assert.equal(receipts[0]!.refusal, reason)
    assert.deepEqual(events, [])
  }
  assert.equal(ledger.state.rollupCount(), 1)
})

test('only its owner closes a rollup, once, and its name stays taken', () => {
  const ledger = new Ledger(GENESIS)
  ledger.apply({ actions: [ledger.sign(register(0, rollupSpec()), alice)] })
  ledger.apply()
  const close = (nonce: number, id = 1): Action => ({ type: 'closeRollup', nonce, rollup: rollupId(id) })
  const refusals = ledger
    .apply({
      actions: [
        ledger.sign(close(0), bob),
        ledger.sign(close(1, 2), alice),
        ledger.sign(close(2), alice),
        ledger.sign(close(3), alice),
        ledger.sign(register(4, rollupSpec({ chainId: 7_700_002 })), alice),
      ],
    })
    .receipts.map(({ refusal }) => refusal)
  assert.deepEqual(refusals, ['NOT_THE_OWNER', 'UNKNOWN_ROLLUP', null, 'ALREADY_CLOSED', 'NAME_TAKEN'])
  assert.deepEqual(ledger.state.aliveRollups(), [])
  assert.equal(ledger.state.instanceStatus(rollupId(1))!.closedAt, 3)
  assert.deepEqual(ledger.advanceTo(24), [])
})

test('a rollup that is closed in the block of its registration awaits no draw', () => {
  const ledger = new Ledger(GENESIS)
  const close: Action = { type: 'closeRollup', nonce: 1, rollup: rollupId(1) }
  ledger.apply({ actions: [register(0, rollupSpec()), close].map((action) => ledger.sign(action, alice)) })
  assert.deepEqual(ledger.state.undrawnRollups(), [])
  assert.deepEqual(ledger.apply().events, [])
})

test('tokens are only moved or burned', () => {
  const ledger = new Ledger(GENESIS)
  const supply = () =>
    [alice, bob].reduce((sum, { address }) => sum + ledger.state.account(address).balance, 0n)
  const before = supply()
  for (let nonce = 0; nonce < 4; nonce++) {
    ledger.apply({ actions: [ledger.sign(transfer(nonce, BigInt(nonce) * 60n * TOKEN), alice)] })
  }
  assert.equal(supply() + ledger.state.burned(), before)
})
