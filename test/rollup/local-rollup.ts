/** A rollup with a committee of five whose votes come at once: build, verify and commit without a network, for tests. */

import { type Block, createBlock, payloadRoot } from '../../src/consensus/block.ts'
import { type Committee, createCommittee } from '../../src/consensus/committee.ts'
import { bitmapOf, type Certificate, voteMessage } from '../../src/consensus/vote.ts'
import { createBlsScheme, createVoteSigner } from '../../src/platform/bls.ts'
import { MemoryStore } from '../../src/platform/memory-store.ts'
import type { Clock, KeyValueStore, Logger, Timers } from '../../src/platform/ports.ts'
import { systemRandom, systemTimers } from '../../src/platform/system.ts'
import { type Hex, utf8 } from '../../src/primitives/bytes.ts'
import { keccak256, keccakHex } from '../../src/primitives/hash.ts'
import { epoch, height, type Instance, rollupId, view } from '../../src/primitives/ids.ts'
import { DEFAULT_VM, type RollupSpec } from '../../src/primitives/rollup-spec.ts'
import { createRollupApplication, type RollupApplication } from '../../src/rollup/application.ts'
import type { BeaconHead, BeaconView } from '../../src/rollup/beacon-view.ts'
import { createRollupMethods } from '../../src/rollup/rpc/methods.ts'
import type { Methods } from '../../src/rpc/dispatch.ts'
import { vms } from '../evm/shipped-evm.ts'

export const DEV_MNEMONIC = 'test test test test test test test test test test test junk'
/** The first accounts of the mnemonic that Hardhat and anvil use, in the order of their addresses. */
export const DEV_ADDRESSES: readonly Hex[] = [
  '0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc',
  '0x70997970c51812dc3a010c7d01b50e0d17dc79c8',
  '0x90f79bf6eb2c4f870365e785982e1f101e93b906',
  '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266',
]
export const CHAIN_ID = 7_700_001
export const GENESIS_TIME_MS = 1_750_000_000_000
export const INSTANCE: Instance = { rollup: rollupId(1), epoch: epoch(2), sub: 0 }
export const NETWORK = { chainId: 7_700_000, genesisHash: keccakHex(utf8('test')), forks: [] }
export const scheme = createBlsScheme()
export const signers = Array.from({ length: 5 }, (_, seat) =>
  createVoteSigner(keccak256(Uint8Array.of(seat))),
)
export const committee: Committee = createCommittee(
  NETWORK,
  INSTANCE,
  signers.map(({ publicKey }, seat) => ({
    validator: seat,
    account: `0x${'be'.repeat(19)}0${seat}`,
    publicKey,
    weight: 1n,
  })),
)

export function specWith(overrides: Partial<RollupSpec> = {}): RollupSpec {
  return {
    name: 'test',
    chainId: CHAIN_ID,
    sequencers: 5,
    vm: DEFAULT_VM,
    blockTimeMs: 0,
    heartbeatMs: 1000,
    gasLimit: 30_000_000,
    minStake: 0n,
    devMethods: false,
    lifetimeBlocks: 0,
    alloc: DEV_ADDRESSES.map((address) => ({ address, balance: 10_000n * 10n ** 18n })),
    ...overrides,
  }
}

export class ManualClock implements Clock {
  time = GENESIS_TIME_MS

  now(): number {
    return this.time
  }
}

/** Whatever is to be waited for has passed on the next turn of the event loop. */
const promptTimers: Timers = {
  schedule(_delayMs, callback) {
    const immediate = setImmediate(callback)
    return () => clearImmediate(immediate)
  },
}

/** Finalised up to `newest`; grows when told to. */
export class ManualBeacon implements BeaconView {
  newest = 10

  finalised(): BeaconHead | null {
    return this.at(this.newest)
  }

  at(number: number): BeaconHead | null {
    if (number > this.newest || number < 1) return null
    const seed = utf8(`beacon ${number}`)
    const mix = keccakHex(seed, utf8('mix'))
    return { height: height(number), hash: keccakHex(seed), mix, epoch: INSTANCE.epoch }
  }
}

export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
}

export interface LocalRollup {
  readonly application: RollupApplication
  readonly store: KeyValueStore
  readonly clock: ManualClock
  readonly beacon: ManualBeacon
}

export async function createLocalRollup(
  fields: Partial<LocalRollup> & { spec?: Partial<RollupSpec> } = {},
): Promise<LocalRollup> {
  const store = fields.store ?? new MemoryStore()
  const clock = fields.clock ?? new ManualClock()
  const beacon = fields.beacon ?? new ManualBeacon()
  const application = await createRollupApplication(
    { spec: specWith(fields.spec), rollup: INSTANCE.rollup, genesisTimeMs: GENESIS_TIME_MS },
    {
      store,
      clock,
      timers: promptTimers,
      beacon,
      committeeOf: () => committee,
      logger: silentLogger,
      vms,
    },
  )
  return { application, store, clock, beacon }
}

/** The block that seat `view % 5` proposes on `parent`. */
export async function propose(
  local: LocalRollup,
  parent: Block,
  atView = parent.header.view + 1,
): Promise<Block> {
  const { application, clock } = local
  const proposer = atView % 5
  const time = Math.max(clock.now(), parent.header.time)
  const payload = await application.build({
    instance: INSTANCE,
    view: view(atView),
    parent,
    parentCertificate: null,
    signed: null,
    time,
    proposer,
  })
  if (payload === null) throw new Error('nothing was built')
  return createBlock({
    header: {
      instance: INSTANCE,
      view: view(atView),
      parentView: parent.header.view,
      height: height(parent.header.height + 1),
      parent: parent.digest,
      payloadRoot: payloadRoot(payload.appHeader, []),
      stateRoot: payload.stateRoot,
      time,
      proposer,
      beaconRef: payload.beaconRef,
    },
    appHeader: payload.appHeader,
    appBody: payload.appBody,
    justification: [],
  })
}

/** The F certificate of `block` by `seats`. */
export function certify(block: Block, seats: readonly number[] = [0, 1, 2, 3]): Certificate {
  const message = voteMessage(committee, 'F', block.header.view, block.digest)
  return {
    kind: 'F',
    view: block.header.view,
    digest: block.digest,
    bitmap: bitmapOf(seats, 5),
    signature: scheme.aggregate(seats.map((seat) => signers[seat]!.sign(message)))!,
  }
}

/** Makes the transactions that wait final, in one block. */
export async function mine(local: LocalRollup): Promise<Block> {
  const { application } = local
  const block = await propose(local, application.chain.head.block)
  await application.commit([block], certify(block))
  return block
}

/** Everything that a seat of it answers; `devKeys` are those that it signs with. */
export function createLocalMethods(
  { application, clock }: LocalRollup,
  devKeys: readonly Uint8Array[] = [],
): Promise<Methods> {
  const committees = { committeeOf: () => committee, current: () => committee }
  const ports = { clock, timers: systemTimers, random: systemRandom, scheme, committees, vms }
  return createRollupMethods(application, { clientVersion: 'beacon/test', devKeys }, ports)
}
