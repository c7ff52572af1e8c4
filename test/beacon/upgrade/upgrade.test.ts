import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { UpgradeFailureReason } from '../../../src/beacon/upgrade/entries.ts'
import { keccakHex } from '../../../src/primitives/hash.ts'
import { alice } from '../fixture.ts'
import { readShippedCode } from '../runtime/shipped.ts'
import { ACCEPTED, answer, REFUSED, smallRuntime } from './small-runtimes.ts'
import { EPOCH, twinHash, Upgrading, validators } from './upgrading.ts'

test('a runtime that was approved executes from the next epoch on, and the chain goes on by it', async () => {
  const network = await Upgrading.start()
  const code = readShippedCode()
  await network.approve(code)
  assert.equal(network.state.runtime(), twinHash)
  await network.step()
  assert.equal(network.state.runtime(), keccakHex(code))
  assert.equal(network.state.proposal(), null)
  assert.deepEqual(
    network.events.filter(({ type }) => type === 'runtimeStarted'),
    [{ type: 'runtimeStarted', code: keccakHex(code), previous: twinHash }],
  )
  await network.advanceTo(network.height + 3 * EPOCH)
  assert.equal(network.state.runtime(), keccakHex(code))
  assert.equal(network.state.upgradeFailure(), null)
})

describe('a runtime that is no good is given up, and the chain goes on by the one before:', () => {
  const stepsForEver = '(loop $again (br $again)) (unreachable)'
  const asksForEver =
    '(loop $again (call $keccak256 (i32.const 0) (i32.const 1000000) (i32.const 128)) (br $again)) (unreachable)'
  const recursive = { extra: '(func $deeper (call $deeper))' }
  const cases: readonly [string, UpgradeFailureReason, () => Promise<Uint8Array>][] = [
    ['it is no component', 'NOT_A_RUNTIME', async () => new Uint8Array(100).fill(7)],
    [
      'it has instructions that are not allowed',
      'NOT_A_RUNTIME',
      () => smallRuntime(`(drop (v128.const i32x4 0 0 0 0)) ${answer(...ACCEPTED)}`),
    ],
    ['it traps', 'TRAPPED', () => smallRuntime('(unreachable)')],
    ['its calls never end', 'TRAPPED', () => smallRuntime('(call $deeper) (unreachable)', recursive)],
    ['its steps never end', 'OUT_OF_FUEL', () => smallRuntime(stepsForEver)],
    ['what it asks for never ends', 'OUT_OF_FUEL', () => smallRuntime(asksForEver)],
    ['it answers nonsense', 'INVALID_OUTPUT', () => smallRuntime(answer(9, 9, 9))],
    ['it refuses every block', 'REFUSES_BLOCKS', () => smallRuntime(answer(...REFUSED))],
    ['it takes the voters away', 'UNREADABLE_STATE', () => smallRuntime(eraseParams())],
  ]
  for (const [name, reason, build] of cases) {
    test(name, async () => {
      const network = await Upgrading.start()
      const code = await build()
      await network.approve(code)
      network.ask(alice, { type: 'transfer', to: validators[0]!.address, amount: 1n })
      const { height } = (await network.step()).header
      const failure = { code: keccakHex(code), reason, height }
      assert.deepEqual(network.state.upgradeFailure(), failure)
      assert.equal(network.state.runtime(), twinHash)
      assert.equal(network.state.proposal(), null)
      assert.deepEqual(network.events.at(-1), { type: 'runtimeFailed', failure, present: twinHash })
      await network.advanceTo(network.height + EPOCH)
    })
  }
})

test('a runtime that fails within two epochs of its start is given up too', async () => {
  const network = await Upgrading.start()
  // Does nothing, so that an epoch later there are no voters for the one to come.
  const code = await smallRuntime(answer(...ACCEPTED))
  await network.approve(code)
  await network.step()
  assert.equal(network.state.runtime(), keccakHex(code))
  await network.advanceTo(network.height + EPOCH - 1)
  await network.step()
  assert.equal(network.state.upgradeFailure()?.reason, 'UNREADABLE_STATE')
  assert.equal(network.state.runtime(), twinHash)
})

/** Writes one byte over the entry `params`, and accepts. */
function eraseParams(): string {
  const name = [...'params'].map(
    (letter, i) => `(i32.store8 (i32.const ${512 + i}) (i32.const ${letter.charCodeAt(0)}))`,
  )
  return `${name.join(' ')} (call $set (i32.const 512) (i32.const 6) (i32.const 512) (i32.const 1)) ${answer(...ACCEPTED)}`
}
