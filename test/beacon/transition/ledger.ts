/**
 * Blocks applied to a state, one after the other, without consensus around them. Validator 0 proposes all. The runtime applies each block too, and
 * has to come to the same.
 */

import assert from 'node:assert/strict'
import type { Action } from '../../../src/beacon/action-types.ts'
import type { SignedAction } from '../../../src/beacon/actions.ts'
import type { AttendanceReport } from '../../../src/beacon/attendance-report.ts'
import { committeeOf } from '../../../src/beacon/committees.ts'
import { revealMessage } from '../../../src/beacon/election/seed.ts'
import { epochOf } from '../../../src/beacon/epochs.ts'
import { type BeaconGenesis, networkOf } from '../../../src/beacon/genesis.ts'
import { computeGenesisState } from '../../../src/beacon/genesis-state.ts'
import type { StateKey } from '../../../src/beacon/keys.ts'
import { type BodyItems, encodeItems } from '../../../src/beacon/payload.ts'
import { twin } from '../../../src/beacon/runtime/twin.ts'
import { BeaconStateView } from '../../../src/beacon/state.ts'
import { StateDraft, type StateTrie } from '../../../src/beacon/state-trie.ts'
import type { BeaconEvent } from '../../../src/beacon/transition/events.ts'
import {
  applyBlock,
  type BlockContents,
  type BlockInput,
  type BlockResult,
  type ComposedBlock,
  NO_CONTENTS,
} from '../../../src/beacon/transition.ts'
import type { Committee } from '../../../src/consensus/committee.ts'
import type { BeaconReference } from '../../../src/consensus/header.ts'
import { headerDigest } from '../../../src/consensus/header.ts'
import { type Hex, utf8 } from '../../../src/primitives/bytes.ts'
import { type Network, presentIdentity } from '../../../src/primitives/forks.ts'
import { keccakHex } from '../../../src/primitives/hash.ts'
import { beaconInstance, epoch, height, view } from '../../../src/primitives/ids.ts'
import { certify, cryptography, scheme, signAction, signers } from '../fixture.ts'
import { loadShippedRuntime } from '../runtime/shipped.ts'

const runtime = await loadShippedRuntime()

export class Ledger {
  readonly network: Network
  trie: StateTrie
  height = 0
  /** Everything in the state. */
  readonly entries = new Map<StateKey, Uint8Array>()
  readonly #genesis: BeaconGenesis
  readonly #digests: Hex[]

  constructor(genesis: BeaconGenesis) {
    const { draft, block } = computeGenesisState(genesis)
    this.network = networkOf(genesis)
    this.trie = draft.finish()
    for (const [key, value] of draft.changes) this.entries.set(key, value)
    this.#genesis = genesis
    this.#digests = [headerDigest(block.header)]
  }

  get state(): BeaconStateView {
    return new BeaconStateView(this.trie)
  }

  /** The latest block, as a rollup block refers to it. */
  get reference(): BeaconReference {
    return { height: height(this.height), hash: this.#digests[this.height]! }
  }

  /** The Beacon Layer's voters of the latest block. */
  get voters(): Committee {
    return this.committee(beaconInstance(this.epochAt(Math.max(1, this.height))))
  }

  /** That all but `absent` (validators) signed the latest block. */
  attendance(absent: readonly number[] = []): AttendanceReport {
    const { members } = this.voters
    const seats = [...members.keys()].filter((seat) => !absent.includes(members[seat]!.validator))
    const at = view(this.height)
    return { height: height(this.height), certificate: certify(this.voters, at, this.reference.hash, seats) }
  }

  sign(action: Action, account: { key: Uint8Array }): SignedAction {
    return signAction(presentIdentity(this.network), action, account.key)
  }

  committee(instance: Parameters<typeof committeeOf>[2]) {
    return committeeOf(this.state, this.network, instance)!
  }

  /** The next block's input, without applying it. */
  input(contents: Partial<BlockContents> = {}, fields: Partial<BlockInput> = {}): BlockInput {
    const at = height(this.height + 1)
    const next = view(this.height + 1)
    const message = revealMessage(presentIdentity(this.network), this.epochAt(at), next, this.state.mix())
    return {
      ...NO_CONTENTS,
      ...contents,
      network: this.network,
      height: at,
      view: next,
      parent: this.#digests[this.height]!,
      proposer: 0,
      reveal: scheme.aggregate([signers[0]!.sign(message)])!,
      ...fields,
    }
  }

  /** Applies the input and forgets it. */
  try(input: BlockInput): BlockResult {
    return this.#apply(new StateDraft(this.trie), input)
  }

  /** Applies the next block; throws if it is invalid. */
  apply(contents: Partial<BlockContents> = {}) {
    const draft = new StateDraft(this.trie)
    const result = this.#apply(draft, this.input(contents))
    if (!result.ok) throw new Error(`block ${this.height + 1}: ${result.reason}`)
    this.#commit(draft)
    return result
  }

  /** Applies the next block, made of those of the items that are valid. */
  compose(items: BodyItems): ComposedBlock {
    const input = { ...this.input(), items }
    const [draft, other] = [new StateDraft(this.trie), new StateDraft(this.trie)]
    const composed = twin.composeBlock(hostOf(draft), input)!
    assert.deepEqual(runtime.composeBlock(hostOf(other), input), composed)
    assert.deepEqual(inOrder(other), inOrder(draft))
    this.#commit(draft)
    return composed
  }

  /** Applies empty blocks until `target`; gives their events. */
  advanceTo(target: number): BeaconEvent[] {
    const events: BeaconEvent[] = []
    while (this.height < target) events.push(...this.apply().events)
    return events
  }

  #commit(draft: StateDraft): void {
    this.trie = draft.finish()
    for (const [key, value] of draft.changes) this.entries.set(key, value)
    this.height++
    this.#digests.push(keccakHex(utf8(`block ${this.height}`)))
  }

  #apply(draft: StateDraft, input: BlockInput): BlockResult {
    const result = applyBlock(hostOf(draft), input)
    const other = new StateDraft(this.trie)
    const same = runtime.applyBlock(hostOf(other), { ...input, items: encodeItems(input) })
    assert.deepEqual(same, result)
    if (result.ok) assert.deepEqual(inOrder(other), inOrder(draft))
    return result
  }

  epochAt(at: number) {
    return epoch(epochOf(height(at), this.#genesis.params.epochLength))
  }
}

function inOrder({ changes }: StateDraft) {
  return changes.toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function hostOf(draft: StateDraft) {
  return { get: draft.get.bind(draft), set: draft.set.bind(draft), ...cryptography }
}

export function ofType<Type extends BeaconEvent['type']>(events: readonly BeaconEvent[], type: Type) {
  return events.filter((event): event is Extract<BeaconEvent, { type: Type }> => event.type === type)
}
