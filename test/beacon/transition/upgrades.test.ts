import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Action } from '../../../src/beacon/action-types.ts'
import { CODE_PART_BYTES } from '../../../src/beacon/keys.ts'
import { PROPOSAL_EPOCHS } from '../../../src/beacon/transition/upgrades.ts'
import { splitCode } from '../../../src/beacon/upgrade/code-parts.ts'
import { keccakHex } from '../../../src/primitives/hash.ts'
import { accountOf, alice, createGenesis, TOKEN } from '../fixture.ts'
import { Ledger, ofType } from './ledger.ts'

type Wish = Action extends infer One ? (One extends Action ? Omit<One, 'nonce'> : never) : never

const EPOCH = 16
const CODE = new Uint8Array(CODE_PART_BYTES + 5000).map((_, i) => i % 251)
const HASH = keccakHex(CODE)
const PARTS = splitCode(CODE)
const validators = Array.from({ length: 7 }, (_, i) => accountOf(`validator ${i}`))
const present = keccakHex(createGenesis().runtime)

class Voters extends Ledger {
  constructor() {
    super(createGenesis({ params: { epochLength: EPOCH } }))
    for (const { address } of validators)
      this.do(alice, { type: 'transfer', to: address, amount: 2n * TOKEN })
  }

  /** Applies a block with the account's action; gives the refusal. */
  do(account: { key: Uint8Array; address: `0x${string}` }, wish: Wish): string | null {
    const { nonce } = this.state.account(account.address)
    const { receipts } = this.apply({ actions: [this.sign({ ...wish, nonce } as Action, account)] })
    return receipts[0]!.refusal
  }

  publish(part: number, data = PARTS[part]!, codeBytes = CODE.length) {
    return this.do(validators[0]!, { type: 'publishCode', code: HASH, codeBytes, part, data })
  }

  publishAll(): void {
    for (const part of PARTS.keys()) assert.equal(this.publish(part), null)
  }

  propose(validator = 0) {
    return this.do(validators[validator]!, { type: 'proposeRuntime', code: HASH })
  }

  approve(validator: number, code = HASH) {
    return this.do(validators[validator]!, { type: 'approveRuntime', code })
  }

  endEpoch() {
    return this.advanceTo(Math.ceil((this.height + 1) / EPOCH) * EPOCH)
  }
}

test('code is published in parts, each for a fee by its length, and is there once its hash was compared', () => {
  const ledger = new Voters()
  const before = ledger.state.account(validators[0]!.address).balance
  const { actionFee } = ledger.state.params()
  assert.equal(ledger.publish(0), null)
  assert.equal(before - ledger.state.account(validators[0]!.address).balance, actionFee * 33n)
  assert.equal(ledger.propose(), 'UNKNOWN_CODE')
  assert.equal(ledger.publish(1, PARTS[1]!.toReversed()), null)
  assert.equal(ledger.propose(), 'CODE_MISMATCH')
  assert.equal(ledger.publish(1), null)
  assert.equal(ledger.propose(), null)
  assert.deepEqual(ledger.state.code(HASH), CODE)
  assert.equal(ledger.publish(1), 'CODE_COMPLETE')
})

test('a part that its place is too short or too long for is refused, and so is a stranger', () => {
  const ledger = new Voters()
  assert.equal(ledger.publish(2, PARTS[1]), 'INVALID_CODE_PART')
  assert.equal(ledger.publish(1, PARTS[0]), 'INVALID_CODE_PART')
  assert.equal(ledger.publish(0, PARTS[1]), 'INVALID_CODE_PART')
  assert.equal(ledger.publish(0, new Uint8Array(0), 0), 'INVALID_CODE_PART')
  assert.equal(ledger.publish(0, PARTS[0], 5 * 1024 * 1024), 'INVALID_CODE_PART')
  const part: Wish = { type: 'publishCode', code: HASH, codeBytes: CODE.length, part: 0, data: PARTS[0]! }
  assert.equal(ledger.do(alice, part), 'NOT_A_VALIDATOR')
  assert.equal(ledger.state.publishedCode(HASH), null)
})

test('code that is published under another length first can still be published', () => {
  const ledger = new Voters()
  assert.equal(ledger.publish(0, PARTS[0], CODE_PART_BYTES), null)
  assert.equal(ledger.propose(), 'CODE_MISMATCH')
  ledger.publishAll()
  assert.equal(ledger.propose(), null)
})

test('who can not pay for a part by its length pays the flat fee and publishes nothing', () => {
  const ledger = new Voters()
  const { actionFee } = ledger.state.params()
  const poor = validators[1]!
  const { balance } = ledger.state.account(poor.address)
  assert.equal(
    ledger.do(poor, { type: 'transfer', to: alice.address, amount: balance - 10n * actionFee }),
    null,
  )
  const part: Wish = { type: 'publishCode', code: HASH, codeBytes: CODE.length, part: 0, data: PARTS[0]! }
  assert.equal(ledger.do(poor, part), 'INSUFFICIENT_BALANCE')
  assert.equal(ledger.state.account(poor.address).balance, 8n * actionFee)
  assert.equal(ledger.state.publishedCode(HASH), null)
})

test('a proposal that more than two thirds of the weight approve of is for the first block of the next epoch', () => {
  const ledger = new Voters()
  ledger.publishAll()
  assert.equal(ledger.propose(0), null)
  assert.equal(ledger.propose(1), 'PROPOSAL_PENDING')
  assert.equal(ledger.approve(0), 'ALREADY_APPROVED')
  assert.equal(ledger.approve(1, present), 'UNKNOWN_PROPOSAL')
  assert.equal(ledger.do(alice, { type: 'approveRuntime', code: HASH }), 'NOT_A_VALIDATOR')
  for (const validator of [1, 2, 3]) assert.equal(ledger.approve(validator), null)
  // Four of seven are not enough.
  assert.deepEqual(ofType(ledger.endEpoch(), 'runtimeScheduled'), [])
  assert.equal(ledger.approve(4), null)
  const next = ledger.epochAt(ledger.height) + 1
  const [scheduled] = ofType(ledger.endEpoch(), 'runtimeScheduled')
  assert.deepEqual(scheduled, { type: 'runtimeScheduled', code: HASH, epoch: next })
  assert.equal(ledger.state.proposal()?.startsIn, next)
})

test('a proposal that too few approve of is dropped, and may be made again', () => {
  const ledger = new Voters()
  ledger.publishAll()
  const proposedIn = ledger.epochAt(ledger.height + 1)
  assert.equal(ledger.propose(), null)
  const events = ledger.advanceTo((proposedIn + PROPOSAL_EPOCHS) * EPOCH)
  assert.deepEqual(ofType(events, 'runtimeDropped'), [{ type: 'runtimeDropped', code: HASH }])
  assert.equal(ledger.state.proposal(), null)
  assert.equal(ledger.propose(), null)
})

test('the present runtime is not proposed', () => {
  const ledger = new Voters()
  assert.equal(ledger.do(validators[0]!, { type: 'proposeRuntime', code: present }), 'PRESENT_RUNTIME')
})
