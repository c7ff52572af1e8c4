import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Action } from '../../../src/beacon/action-types.ts'
import { type BeaconApplication, createBeaconApplication } from '../../../src/beacon/application.ts'
import { loadTwin, TWIN_CODE } from '../../../src/beacon/runtime/twin.ts'
import { WasmRuntime } from '../../../src/beacon/runtime/wasm-runtime.ts'
import type { BeaconEvent } from '../../../src/beacon/transition/events.ts'
import { splitCode } from '../../../src/beacon/upgrade/code-parts.ts'
import type { UpgradeFailureReason } from '../../../src/beacon/upgrade/entries.ts'
import type { Block } from '../../../src/consensus/block.ts'
import { MemoryStore } from '../../../src/platform/memory-store.ts'
import { equalBytes } from '../../../src/primitives/bytes.ts'
import { presentIdentity } from '../../../src/primitives/forks.ts'
import { keccakHex } from '../../../src/primitives/hash.ts'
import {
  accountOf,
  alice,
  buildBlock,
  certifyBlock,
  createGenesis,
  cryptography,
  signedBytes,
  signers,
  TOKEN,
} from '../fixture.ts'
import { componentFiles, readShippedCode } from '../runtime/shipped.ts'
import { ACCEPTED, answer, REFUSED, smallRuntime } from './small-runtimes.ts'

const EPOCH = 16
const validators = Array.from({ length: 7 }, (_, i) => accountOf(`validator ${i}`))
const twinHash = keccakHex(TWIN_CODE)

type Wish = Action extends infer One ? (One extends Action ? Omit<One, 'nonce'> : never) : never

/** Two nodes: one proposes, the other executes what it proposed. The genesis's code is the twin's. */
class Upgrading {
  readonly events: BeaconEvent[] = []
  readonly #proposer: BeaconApplication
  readonly #follower: BeaconApplication

  private constructor(proposer: BeaconApplication, follower: BeaconApplication) {
    this.#proposer = proposer
    this.#follower = follower
    follower.subscribe(({ events }) => this.events.push(...events))
  }

  static async start(): Promise<Upgrading> {
    const genesis = createGenesis({ params: { epochLength: EPOCH } })
    const [proposer, follower] = await Promise.all(
      [signers[0]!, null].map((signer) =>
        createBeaconApplication({
          genesis,
          store: new MemoryStore(),
          signer,
          loadRuntime: (code) =>
            equalBytes(code, TWIN_CODE) ? loadTwin(code) : WasmRuntime.load(code, componentFiles),
          ...cryptography,
        }),
      ),
    )
    const upgrading = new Upgrading(proposer!, follower!)
    for (const { address } of validators)
      upgrading.ask(alice, { type: 'transfer', to: address, amount: 2n * TOKEN })
    await upgrading.step()
    return upgrading
  }

  get state() {
    return this.#follower.state
  }

  get height(): number {
    return this.#follower.head.header.height
  }

  ask(account: ReturnType<typeof accountOf>, wish: Wish): void {
    const nonce = this.#proposer.pool.actions.nextNonce(account.address, this.#proposer.state)
    const bytes = signedBytes(
      presentIdentity(this.#proposer.network),
      { ...wish, nonce } as Action,
      account.key,
    )
    assert.equal(this.#proposer.pool.addAction(bytes).ok, true)
  }

  async step(): Promise<Block> {
    const parent = this.#follower.head
    const block = await buildBlock(this.#proposer)
    assert.equal(await this.#follower.verify(block, parent), true, `block ${block.header.height}`)
    for (const app of [this.#follower, this.#proposer]) await app.commit([block], certifyBlock(app, block))
    return block
  }

  async advanceTo(target: number): Promise<void> {
    while (this.height < target) await this.step()
  }

  /** To the last block before the code is tried. */
  async approve(code: Uint8Array): Promise<void> {
    const hash = keccakHex(code)
    for (const [part, data] of splitCode(code).entries()) {
      this.ask(validators[0]!, { type: 'publishCode', code: hash, codeBytes: code.length, part, data })
    }
    this.ask(validators[0]!, { type: 'proposeRuntime', code: hash })
    await this.step()
    for (const one of validators.slice(1)) this.ask(one, { type: 'approveRuntime', code: hash })
    await this.advanceTo(Math.ceil((this.height + 1) / EPOCH) * EPOCH)
    assert.equal(this.state.proposal()?.startsIn, this.height / EPOCH)
  }
}

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
