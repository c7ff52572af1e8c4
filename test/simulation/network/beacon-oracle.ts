/**
 * The Beacon Layer's one true chain, as the disks of honest machines show it, executed once more by an application of the oracle's own: S1, S4,
 * S5, S6, S7, S8, S9 and S11 for the Beacon Layer. What follows from it about rollups (committees, openings, records) is asked of here.
 */

import { type BeaconApplication, createBeaconApplication } from '../../../src/beacon/application.ts'
import { STATE_PREFIX } from '../../../src/beacon/chain-entries.ts'
import { ChainStore } from '../../../src/beacon/chain-store.ts'
import { checkElectionProof, createElectionProof } from '../../../src/beacon/election-proof.ts'
import type { BeaconGenesis } from '../../../src/beacon/genesis.ts'
import type { StateEntry } from '../../../src/beacon/state-trie.ts'
import type { BeaconEvent } from '../../../src/beacon/transition/events.ts'
import type { DrawnCommittee } from '../../../src/beacon/values.ts'
import type { FinalBlock } from '../../../src/consensus/block-source.ts'
import type { Committee } from '../../../src/consensus/committee.ts'
import { verifyCertificate } from '../../../src/consensus/vote.ts'
import { MemoryStore } from '../../../src/platform/memory-store.ts'
import type { KeyValueStore } from '../../../src/platform/ports.ts'
import { recoverAddress } from '../../../src/platform/secp256k1.ts'
import { simulatedScheme } from '../../../src/platform/simulated/signatures.ts'
import type { Hex } from '../../../src/primitives/bytes.ts'
import { beaconInstance, height, type Instance, instanceKey } from '../../../src/primitives/ids.ts'
import { stakingFaults, supplyOf } from '../../beacon/staking/invariants.ts'
import type { Breaches } from '../engine/invariants/breaches.ts'
import { loadSimulatedRuntime } from './upgraders.ts'

export interface BeaconOracleOptions {
  readonly genesis: BeaconGenesis
  readonly isHonest: (machine: number) => boolean
  readonly breaches: Breaches
  /** What a block of the true chain did. */
  readonly onEvent: (event: BeaconEvent) => void
}

/** All entries of the state are read for it. */
const STAKES_CHECKED_EVERY = 4

export class BeaconOracle {
  /** Pieces of evidence in blocks. */
  evidence = 0
  readonly #options: BeaconOracleOptions
  readonly #application: BeaconApplication
  readonly #store: KeyValueStore
  readonly #supply: bigint
  /** By machine: up to where its chain was looked at. */
  readonly #seen = new Map<number, number>()
  /** As of the event that is looked at: a commit tells of all its blocks when the state is that of the last. */
  readonly #expelled = new Set<number>()
  /** Committees of the past are no longer in the state. */
  readonly #committees = new Map<string, Committee>()

  static async create(options: BeaconOracleOptions): Promise<BeaconOracle> {
    const store = new MemoryStore()
    const application = await createBeaconApplication({
      genesis: options.genesis,
      store,
      signer: null,
      signatures: simulatedScheme,
      recoverAddress,
      loadRuntime: loadSimulatedRuntime,
    })
    const entries = await entriesOf(store)
    return new BeaconOracle(options, application, store, supplyOf(application.state, entries))
  }

  private constructor(
    options: BeaconOracleOptions,
    application: BeaconApplication,
    store: KeyValueStore,
    supply: bigint,
  ) {
    this.#options = options
    this.#application = application
    this.#store = store
    this.#supply = supply
    application.subscribe(({ events }) => {
      for (const event of events) this.#onEvent(event)
    })
  }

  get height(): number {
    return this.#application.head.header.height
  }

  /** Of the machine's chain, when it was looked at last. */
  heightOf(machine: number): number {
    return this.#seen.get(machine) ?? 0
  }

  /** Null if it isn't known yet. */
  committeeOf(instance: Instance): Committee | null {
    const key = instanceKey(instance)
    // Before its epoch a committee may change.
    const committee = this.#application.committee(instance) ?? this.#committees.get(key) ?? null
    if (committee !== null) this.#committees.set(key, committee)
    return committee
  }

  digestAt(at: number): Hex | null {
    return this.#application.chain.blockAt(height(at))?.digest ?? null
  }

  /** Looks at what is new on the disk of an honest machine. */
  async look(machine: number, disk: Pick<KeyValueStore, 'get'>): Promise<void> {
    const chain = new ChainStore(disk as KeyValueStore)
    const head = chain.head()?.header.height ?? 0
    // A loss of power takes back nothing that was committed: commits are synced.
    if (head < this.heightOf(machine))
      this.#options.breaches.report('S5', `validator ${machine} lost Beacon blocks`)
    for (let at = this.heightOf(machine) + 1; at <= head; at++) {
      const final = chain.certifiedFrom(height(at))
      if (final === null || chain.blockAt(height(at)) === null) {
        this.#options.breaches.report(
          'S5',
          `validator ${machine} has no Beacon block ${at} below its head ${head}`,
        )
        return
      }
      if (at > this.height) await this.#extend(machine, chain, final)
      const isAgreed = chain.blockAt(height(at))!.digest === this.digestAt(at)
      if (!isAgreed)
        this.#options.breaches.report('S1', `validator ${machine} has another Beacon block ${at}`)
    }
    this.#seen.set(machine, head)
  }

  async #extend(machine: number, chain: ChainStore, { block: last, certificate }: FinalBlock): Promise<void> {
    const { breaches } = this.#options
    const blocks = []
    for (let at = this.height + 1; at <= last.header.height; at++) blocks.push(chain.blockAt(height(at))!)
    let parent = this.#application.head
    for (const block of blocks) {
      const isOnBefore = block.header.parent === parent.digest
      const instance = beaconInstance(this.#application.epochOf(block.header.height))
      if (!isOnBefore || instanceKey(block.header.instance) !== instanceKey(instance))
        breaches.report('S11', `Beacon block ${block.header.height} does not follow from the one before`)
      if (!(await this.#application.verify(block, parent)))
        breaches.report('S4', `Beacon block ${block.header.height} of validator ${machine} is invalid`)
      parent = block
    }
    const committee = this.committeeOf(last.header.instance)
    if (committee === null || !verifyCertificate(committee, simulatedScheme, certificate))
      breaches.report(
        'S6',
        `validator ${machine} holds a certificate of Beacon block ${last.header.height} that is none`,
      )
    if (breaches.first !== null) return
    await this.#application.commit(blocks, certificate)
    if (last.header.height % STAKES_CHECKED_EVERY < blocks.length) await this.#checkS9()
  }

  #onEvent(event: BeaconEvent): void {
    if (event.type === 'evidence') {
      this.evidence++
      this.#expelled.add(event.validator)
      if (this.#options.isHonest(event.validator))
        this.#options.breaches.report(
          'S7',
          `validator ${event.validator} is honest and was convicted of ${event.offence}`,
        )
    }
    if (event.type === 'jailed') this.#expelled.add(event.validator)
    if (event.type === 'unjailed') this.#expelled.delete(event.validator)
    if (event.type === 'committeeDrawn') this.#checkS8(event.instance, event.committee)
    this.#options.onEvent(event)
  }

  /** A committee follows from seed and stakes, and from who was expelled: whoever knows only the state's root can be shown that. */
  #checkS8(instance: Instance, { seats, standby }: DrawnCommittee): void {
    const { header } = this.#application.head
    const trie = this.#application.trieAt(header.height)!
    const { epochLength } = this.#application.params
    const question = { stateRoot: header.stateRoot, instance, epochLength }
    const proof = createElectionProof(trie, instance)
    const fault = proof === null ? 'NOT_THERE' : checkElectionProof(proof, question)
    const isDistinct = new Set([...seats, ...standby]).size === seats.length + standby.length
    const isAvoidable =
      seats.some((one) => this.#expelled.has(one)) && !standby.every((one) => this.#expelled.has(one))
    if (fault !== null || !isDistinct || isAvoidable)
      this.#options.breaches.report(
        'S8',
        `the committee of ${instanceKey(instance)} was not drawn by the rules: ${fault}`,
      )
    this.committeeOf(instance)
  }

  /** Tokens are moved, minted for voters, or burned; and nobody holds a share that isn't there. */
  async #checkS9(): Promise<void> {
    const faults = stakingFaults(this.#application.state, await entriesOf(this.#store), this.#supply)
    for (const fault of faults) this.#options.breaches.report('S9', fault)
  }
}

async function entriesOf(store: KeyValueStore): Promise<StateEntry[]> {
  const entries: StateEntry[] = []
  for await (const [key, value] of store.entries(STATE_PREFIX)) {
    entries.push([key.slice(STATE_PREFIX.length), value])
  }
  return entries
}
