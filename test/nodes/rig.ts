/**
 * A chain of several instances under simulation: the production InstanceChain on simulated clock and network, over a toy application whose
 * instances end every few blocks. Committees change from instance to instance; members of the next one follow.
 */

import assert from 'node:assert/strict'
import type { Application, BuildRequest } from '../../src/consensus/application.ts'
import { type Block, createBlock, payloadRoot } from '../../src/consensus/block.ts'
import type { BlockSource, FinalBlock } from '../../src/consensus/block-source.ts'
import { createCommittee } from '../../src/consensus/committee.ts'
import { NO_BEACON_REFERENCE } from '../../src/consensus/header.ts'
import { roundRobin } from '../../src/consensus/leaders.ts'
import { decodeMessage, type Message } from '../../src/consensus/message.ts'
import { CLOCK_TIME } from '../../src/consensus/timing.ts'
import type { Evidence } from '../../src/consensus/turn.ts'
import type { Certificate } from '../../src/consensus/vote.ts'
import type { BeaconError } from '../../src/errors/beacon-error.ts'
import { type ChainOptions, InstanceChain } from '../../src/nodes/chain.ts'
import { compareInstances } from '../../src/nodes/instance-order.ts'
import type { InstancePlan } from '../../src/nodes/running-instance.ts'
import type { Logger, RecordLog } from '../../src/platform/ports.ts'
import { SimulatedDisk } from '../../src/platform/simulated/record-log.ts'
import { simulatedScheme, simulatedSigner } from '../../src/platform/simulated/signatures.ts'
import { SimulatedTime } from '../../src/platform/simulated/time.ts'
import { type Hex, utf8 } from '../../src/primitives/bytes.ts'
import { keccak256, keccakHex } from '../../src/primitives/hash.ts'
import { epoch, height, type Instance, instanceKey, rollupId, view } from '../../src/primitives/ids.ts'

export const DELAY_MS = 50
const HOP_MS = 5
const HEARTBEAT_MS = 100
const NETWORK = { chainId: 7_700_000, genesisHash: keccakHex(), forks: [] }

export const instanceOf = (of: number, sub = 0): Instance => ({ rollup: rollupId(1), epoch: epoch(of), sub })
export const keyOf = (index: number): Hex => `0x${index.toString(16).padStart(64, '0')}`

export const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent }

export interface NetworkOptions {
  readonly nodes: number
  /** Nodes in seat order. */
  readonly committeeOf: (instance: Instance) => readonly number[]
  /** Blocks of an instance. */
  readonly length: number
}

/** Nodes whose chains exchange messages with a small delay. */
export class ChainNetwork {
  readonly time = new SimulatedTime(1_000_000)
  readonly genesis = genesisAt(this.time.now())
  readonly nodes: ChainNode[]
  /** Every message sent, as long as somebody looks. */
  onMessage: (from: number, instance: Instance, message: Message) => void = () => {}
  readonly options: NetworkOptions

  constructor(options: NetworkOptions) {
    this.options = options
    this.nodes = Array.from({ length: options.nodes }, (_, index) => new ChainNode(this, index))
  }

  async startAll(): Promise<void> {
    for (const node of this.nodes) node.start()
    await this.run(0)
  }

  /** Runs for so long, then fails if a chain did. */
  async run(ms: number): Promise<void> {
    await this.time.run(this.time.now() + ms)
    for (const { failure } of this.nodes) if (failure !== null) throw failure
  }

  /** Runs until `isReached`; gives how long that took. */
  async runUntil(isReached: () => boolean, limitMs: number): Promise<number> {
    const startMs = this.time.now()
    while (!isReached()) {
      assert.ok(this.time.now() - startMs < limitMs, `not reached within ${limitMs} ms`)
      await this.run(10)
    }
    return this.time.now() - startMs
  }

  deliver(from: number, to: Hex, instance: Instance, bytes: Uint8Array): void {
    this.onMessage(from, instance, decodeMessage(bytes))
    const receiver = this.nodes.find(({ key }) => key === to)
    this.time.schedule(HOP_MS, () => {
      if (this.nodes[from]!.isUp) receiver?.chain?.receive(keyOf(from), instance, bytes)
    })
  }
}

export class ChainNode {
  readonly index: number
  readonly key: Hex
  readonly store: ToyStore
  /** By instance; they survive the process. */
  readonly disks = new Map<string, SimulatedDisk>()
  /** Logs that are open now. */
  readonly openLogs = new Set<string>()
  readonly opened: string[] = []
  /** Instances entered, with the seat. */
  readonly entered: { key: string; seat: number; at: number }[] = []
  readonly evidence: { instance: Instance; evidence: Evidence }[] = []
  chain: InstanceChain | null = null
  failure: BeaconError | null = null
  /** What this node may know: by default everything. */
  isPlanKnown: (instance: Instance) => boolean = () => true
  mayVote: (instance: Instance) => boolean = () => true
  isTerminal: (block: Block) => boolean
  failingLog = false
  readonly #network: ChainNetwork

  constructor(network: ChainNetwork, index: number) {
    this.#network = network
    this.index = index
    this.key = keyOf(index)
    this.store = new ToyStore(network.time, network.genesis)
    this.isTerminal = (block) => block.header.height % network.options.length === 0
  }

  get isUp(): boolean {
    return this.chain !== null
  }

  /** As after a start of its process: from where the store left off. */
  start(): void {
    const chain = this.create()
    const { head } = this.store
    const isOver = head.header.height === 0 || this.isTerminal(head)
    const next =
      head.header.height === 0 ? instanceOf(0) : isOver ? this.#successor(head) : head.header.instance
    this.#network.time.awaitPromises()
    chain.start(next).catch((error) => {
      this.failure = error
    })
  }

  /** The chain, connected to the others' but not begun. */
  create(): InstanceChain {
    this.chain = new InstanceChain(this.#options())
    for (const other of this.#network.nodes) {
      if (other === this || other.chain === null) continue
      other.chain.peerConnected(this.key)
      this.chain.peerConnected(other.key)
    }
    return this.chain
  }

  /** The process ends without farewell. */
  async crash(): Promise<void> {
    const { chain } = this
    this.chain = null
    for (const other of this.#network.nodes) other.chain?.peerDisconnected(this.key)
    this.#network.time.awaitPromises()
    await chain?.stop()
    this.openLogs.clear()
  }

  #successor({ header: { instance } }: Block): Instance {
    return instanceOf(instance.epoch + 1)
  }

  #options(): ChainOptions {
    const { time } = this.#network
    return {
      application: this.store,
      scheme: simulatedScheme,
      signer: simulatedSigner(this.index),
      pacing: { minBlockMs: 0, heartbeatMs: HEARTBEAT_MS, instant: true },
      delayBoundMs: DELAY_MS,
      clock: time,
      chainTime: CLOCK_TIME,
      timers: time,
      endOfTurn: (callback) => void time.schedule(0, callback),
      logger: silent,
      planOf: (instance) => this.#planOf(instance),
      successorOf: (_, terminal) => this.#successor(terminal),
      blocksOf: (instance) => this.store.blocksOf(instance),
      logs: {
        open: (instance) => this.#openLog(instance),
        discard: (instance) => void this.disks.delete(instanceKey(instance)),
        discardBefore: () => {},
      },
      send: (to, instance, bytes) => {
        time.awaitPromises()
        for (const peer of to) this.#network.deliver(this.index, peer, instance, bytes)
      },
      onEntered: (instance, seat) =>
        void this.entered.push({ key: instanceKey(instance), seat, at: time.now() }),
      onEvidence: (instance, evidence) => void this.evidence.push({ instance, evidence }),
      onFailure: (error) => {
        this.failure ??= error
      },
    }
  }

  #planOf(instance: Instance): InstancePlan | null {
    if (!this.isPlanKnown(instance)) return null
    const members = this.#network.options.committeeOf(instance)
    const committee = createCommittee(
      NETWORK,
      instance,
      members.map((index) => ({
        validator: index,
        account: `0x${(index + 1).toString(16).padStart(40, '0')}`,
        publicKey: simulatedSigner(index).publicKey,
        weight: 1n,
      })),
    )
    const peers = this.#network.nodes
      .filter((node) => node !== this)
      .map((node): [Hex, number] => [node.key, members.indexOf(node.index)])
    return {
      committee,
      seat: members.indexOf(this.index),
      mayVote: this.mayVote(instance),
      genesis: this.store.before(instance),
      isTerminal: (block) => this.isTerminal(block),
      countsVoters: false,
      leaders: roundRobin(members.length),
      peers: new Map(peers),
    }
  }

  #openLog(instance: Instance): RecordLog {
    const key = instanceKey(instance)
    assert.ok(!this.openLogs.has(key), `the log of ${key} is open`)
    this.openLogs.add(key)
    this.opened.push(key)
    const disk = this.disks.get(key) ?? new SimulatedDisk()
    this.disks.set(key, disk)
    const log = disk.open({
      before: (operation) => {
        if (operation === 'sync' && this.failingLog) throw new Error('no space left on device')
      },
    })
    return {
      recovered: log.recovered,
      append: (record) => log.append(record),
      sync: () => log.sync(),
      rewrite: (records) => log.rewrite(records),
      close: () => void this.openLogs.delete(key),
    }
  }
}

/** Final blocks by height and their certificates; executes nothing. */
export class ToyStore implements Application {
  readonly blocks = new Map<number, Block>()
  readonly certificates = new Map<number, Certificate>()
  readonly #time: SimulatedTime
  readonly #genesis: Block

  constructor(time: SimulatedTime, genesis: Block) {
    this.#time = time
    this.#genesis = genesis
    this.blocks.set(0, genesis)
  }

  get head(): Block {
    return this.blocks.get(this.blocks.size - 1)!
  }

  get height(): number {
    return this.blocks.size - 1
  }

  /** The last block of the instances before. */
  before(instance: Instance): Block {
    const blocks = [...this.blocks.values()].filter(
      ({ header }) => header.height > 0 && compareInstances(header.instance, instance) < 0,
    )
    return blocks.at(-1) ?? this.#genesis
  }

  blocksOf(instance: Instance): BlockSource {
    const key = instanceKey(instance)
    const isOurs = ({ header }: Block) => header.height > 0 && instanceKey(header.instance) === key
    const certifiedFrom = (from: number): FinalBlock | null => {
      for (let at = Math.max(1, from); this.blocks.has(at); at++) {
        const block = this.blocks.get(at)!
        const certificate = this.certificates.get(at)
        if (certificate !== undefined) return isOurs(block) ? { block, certificate } : null
      }
      return null
    }
    return {
      head: async () => {
        this.#time.awaitPromises()
        const last = [...this.blocks.values()].filter(isOurs).at(-1)
        return last === undefined ? null : certifiedFrom(last.header.height)
      },
      blockAt: async (at) => {
        this.#time.awaitPromises()
        const block = this.blocks.get(at)
        return block !== undefined && isOurs(block) ? block : null
      },
      certifiedFrom: async (at) => {
        this.#time.awaitPromises()
        return certifiedFrom(at)
      },
    }
  }

  async build({ parent, view: at, proposer }: BuildRequest) {
    this.#time.awaitPromises()
    const appBody = utf8(`view ${at} by ${proposer} on ${parent.digest}`)
    return {
      appHeader: keccak256(appBody),
      appBody,
      stateRoot: keccakHex(appBody),
      beaconRef: NO_BEACON_REFERENCE,
    }
  }

  async verify(block: Block): Promise<boolean> {
    this.#time.awaitPromises()
    return keccakHex(block.appBody) === block.header.stateRoot
  }

  async commit(blocks: readonly Block[], certificate: Certificate): Promise<void> {
    this.#time.awaitPromises()
    for (const block of blocks) {
      if (block.header.height <= this.height) continue
      assert.equal(block.header.parent, this.head.digest, 'commits are contiguous')
      this.blocks.set(block.header.height, block)
    }
    this.certificates.set(blocks.at(-1)!.header.height, certificate)
  }

  /** Forgets the blocks above. */
  cut(above: number): void {
    for (const at of [...this.blocks.keys()]) {
      if (at <= above) continue
      this.blocks.delete(at)
      this.certificates.delete(at)
    }
  }
}

function genesisAt(timeMs: number): Block {
  return createBlock({
    header: {
      instance: instanceOf(0),
      view: view(0),
      parentView: view(0),
      height: height(0),
      parent: keccakHex(),
      payloadRoot: payloadRoot(new Uint8Array(), []),
      stateRoot: keccakHex(),
      time: timeMs,
      proposer: 0,
      beaconRef: NO_BEACON_REFERENCE,
    },
    appHeader: new Uint8Array(),
    appBody: new Uint8Array(),
    justification: [],
  })
}
