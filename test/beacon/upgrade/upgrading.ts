/** A Beacon Layer whose code is replaced, by its validators' votes. */

import assert from 'node:assert/strict'
import type { Action } from '../../../src/beacon/action-types.ts'
import { type BeaconApplication, createBeaconApplication } from '../../../src/beacon/application.ts'
import { loadTwin, TWIN_CODE } from '../../../src/beacon/runtime/twin.ts'
import { WasmRuntime } from '../../../src/beacon/runtime/wasm-runtime.ts'
import type { BeaconEvent } from '../../../src/beacon/transition/events.ts'
import { splitCode } from '../../../src/beacon/upgrade/code-parts.ts'
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
import { componentFiles } from '../runtime/shipped.ts'

export const EPOCH = 16
export const validators = Array.from({ length: 7 }, (_, i) => accountOf(`validator ${i}`))
export const twinHash = keccakHex(TWIN_CODE)

type Wish = Action extends infer One ? (One extends Action ? Omit<One, 'nonce'> : never) : never

/** Two nodes: one proposes, the other executes what it proposed. The genesis's code is the twin's. */
export class Upgrading {
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
      upgrading.ask(alice, { type: 'transfer', to: address, amount: 10n * TOKEN })
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
      // A pool takes so many of one account.
      if (part % 32 === 31) await this.advanceTo(this.height + 3)
    }
    this.ask(validators[0]!, { type: 'proposeRuntime', code: hash })
    await this.step()
    for (const one of validators.slice(1)) this.ask(one, { type: 'approveRuntime', code: hash })
    await this.advanceTo(Math.ceil((this.height + 1) / EPOCH) * EPOCH)
    assert.equal(this.state.proposal()?.startsIn, this.height / EPOCH)
  }
}
