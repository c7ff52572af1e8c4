/** A small Beacon Layer with real keys and signatures, and the blocks of its rollups. */

import type { Action } from '../../src/beacon/action-types.ts'
import { actionDigest, decodeAction, encodeAction, type SignedAction } from '../../src/beacon/actions.ts'
import { type BeaconApplication, createBeaconApplication } from '../../src/beacon/application.ts'
import type { BeaconGenesis } from '../../src/beacon/genesis.ts'
import { BEACON_CHAIN_ID, type BeaconParams, DEVNET_PARAMS } from '../../src/beacon/params.ts'
import type { RollupRecord } from '../../src/beacon/record.ts'
import { loadTwin, TWIN_CODE } from '../../src/beacon/runtime/twin.ts'
import type { Application } from '../../src/consensus/application.ts'
import { type Block, createBlock, payloadRoot } from '../../src/consensus/block.ts'
import type { Committee } from '../../src/consensus/committee.ts'
import { type BeaconReference, type Header, headerDigest } from '../../src/consensus/header.ts'
import {
  bitmapOf,
  type Certificate,
  type Vote,
  type VoteKind,
  voteMessage,
} from '../../src/consensus/vote.ts'
import { createBlsScheme, createVoteSigner } from '../../src/platform/bls.ts'
import { MemoryStore } from '../../src/platform/memory-store.ts'
import type { KeyValueStore } from '../../src/platform/ports.ts'
import { addressOfPrivateKey, recoverAddress, sign } from '../../src/platform/secp256k1.ts'
import { bigintToBytes, concatBytes, equalBytes, type Hex, utf8 } from '../../src/primitives/bytes.ts'
import { keccak256, keccakHex } from '../../src/primitives/hash.ts'
import {
  BEACON,
  height,
  type Instance,
  type NetworkIdentity,
  type View,
  view,
} from '../../src/primitives/ids.ts'
import { provePossession } from '../../src/primitives/possession.ts'
import type { RollupSpec } from '../../src/primitives/rollup-spec.ts'
import type { VoteSigner } from '../../src/primitives/signatures.ts'

export const TOKEN = 10n ** 18n
export const scheme = createBlsScheme()
export const cryptography = { signatures: scheme, recoverAddress }

export const signers: readonly VoteSigner[] = Array.from({ length: 10 }, (_, i) =>
  createVoteSigner(keccak256(utf8(`vote key ${i}`))),
)
const validatorAccounts = signers.map((_, i) => addressOfPrivateKey(keccak256(utf8(`validator ${i}`))))

export const alice = accountOf('alice')
export const bob = accountOf('bob')

export function accountOf(name: string) {
  const key = keccak256(utf8(name))
  return { key, address: addressOfPrivateKey(key) }
}

export function rollupSpec(fields: Partial<RollupSpec> = {}): RollupSpec {
  return {
    name: 'app',
    chainId: 7_700_001,
    sequencers: 5,
    vm: 'evm',
    blockTimeMs: 0,
    heartbeatMs: 1000,
    gasLimit: 30_000_000,
    minStake: 0n,
    devMethods: true,
    lifetimeBlocks: 0,
    alloc: [],
    ...fields,
  }
}

export interface GenesisOptions {
  readonly params?: Partial<BeaconParams>
  readonly stakes?: readonly bigint[]
  readonly rollups?: readonly RollupSpec[]
}

export function createGenesis({
  params,
  stakes = Array(7).fill(1000n * TOKEN),
  rollups = [],
}: GenesisOptions = {}): BeaconGenesis {
  return {
    chainId: BEACON_CHAIN_ID,
    forks: [],
    runtime: TWIN_CODE,
    time: 1_700_000_000_000,
    params: { ...DEVNET_PARAMS, ...params },
    validators: stakes.map((stake, i) => ({
      account: validatorAccounts[i]!,
      votePublicKey: signers[i]!.publicKey,
      proofOfPossession: provePossession(signers[i]!, validatorAccounts[i]!, BEACON_CHAIN_ID),
      networkKey: keccak256(utf8(`network key ${i}`)),
      stake,
    })),
    accounts: [alice, bob].map(({ address }) => ({ address, balance: 100n * TOKEN })),
    rollups,
  }
}

export function signedBytes(network: NetworkIdentity, action: Action, key: Uint8Array): Uint8Array {
  const { r, s, yParity } = sign(actionDigest(network, action), key)
  return encodeAction(
    action,
    concatBytes(bigintToBytes(r, 32), bigintToBytes(s, 32), Uint8Array.of(27 + yParity)),
  )
}

export function signAction(network: NetworkIdentity, action: Action, key: Uint8Array): SignedAction {
  return decodeAction(signedBytes(network, action, key))
}

/** A vote by the member of `committee` in `seat`. */
export function castVote(committee: Committee, seat: number, kind: VoteKind, at: View, digest: Hex): Vote {
  const { publicKey } = committee.members[seat]!
  const signer = signers.find((one) => equalBytes(one.publicKey, publicKey))!
  const signature = signer.sign(voteMessage(committee, kind, at, digest))
  return { kind, view: at, digest, signer: seat, signature }
}

/** By the given seats, all unless told otherwise. */
export function certify(
  committee: Committee,
  at: View,
  digest: Hex,
  seats = committee.members.map((_, seat) => seat),
): Certificate {
  const votes = seats.map((seat) => castVote(committee, seat, 'F', at, digest))
  return {
    kind: 'F',
    view: at,
    digest,
    bitmap: bitmapOf(seats, committee.members.length),
    signature: scheme.aggregate(votes.map(({ signature }) => signature))!,
  }
}

/** Headers of a rollup's blocks, one after the other. */
export class RollupChain {
  instance: Instance
  last: { height: number; digest: Hex; view: number; time: number }

  constructor(instance: Instance) {
    this.instance = instance
    this.last = { height: 0, digest: keccakHex(utf8('rollup genesis')), view: 0, time: 0 }
  }

  next(beaconRef: BeaconReference, fields: Partial<Header> = {}): Header {
    const { height: parentHeight, digest, view: parentView, time } = this.last
    const header: Header = {
      instance: this.instance,
      view: view(parentView + 1),
      parentView: view(parentView),
      height: height(parentHeight + 1),
      parent: digest,
      payloadRoot: keccakHex(utf8(`payload ${parentHeight + 1}`)),
      stateRoot: keccakHex(utf8(`state ${parentHeight + 1}`)),
      time: time + 1,
      proposer: 0,
      beaconRef,
      ...fields,
    }
    this.last = { height: header.height, digest: headerDigest(header), view: header.view, time: header.time }
    return header
  }

  record(committee: Committee, headers: readonly Header[]): RollupRecord {
    const last = headers.at(-1)!
    return { headers, certificate: certify(committee, last.view, headerDigest(last)) }
  }

  /** Goes on in another instance from the block that it is at. */
  enter(instance: Instance): void {
    this.instance = instance
    this.last = { ...this.last, view: 0 }
  }
}

export interface TestNode {
  readonly app: BeaconApplication
  readonly store: KeyValueStore
}

/** An application whose validator 0 proposes all blocks. */
export async function startNode(
  genesis: BeaconGenesis,
  store: KeyValueStore = new MemoryStore(),
): Promise<TestNode> {
  return {
    app: await createBeaconApplication({
      genesis,
      store,
      signer: signers[0]!,
      loadRuntime: loadTwin,
      ...cryptography,
    }),
    store,
  }
}

/** The next block on the final head, built but not committed. */
export async function buildBlock(app: BeaconApplication, parent: Block = app.head): Promise<Block> {
  const at = height(parent.header.height + 1)
  const instance = { rollup: BEACON, epoch: app.epochOf(at), sub: 0 }
  const parentView = app.epochOf(parent.header.height) === instance.epoch ? parent.header.view : view(0)
  const next = view(parentView + 1)
  const time = parent.header.time + app.params.blockTimeMs
  const request: Parameters<Application['build']>[0] = {
    instance,
    view: next,
    parent,
    parentCertificate: null,
    signed: null,
    time,
    proposer: 0,
  }
  const payload = (await app.build(request))!
  const header: Header = {
    instance,
    view: next,
    parentView,
    height: at,
    parent: parent.digest,
    payloadRoot: payloadRoot(payload.appHeader, []),
    stateRoot: payload.stateRoot,
    time,
    proposer: 0,
    beaconRef: payload.beaconRef,
  }
  return createBlock({ header, appHeader: payload.appHeader, appBody: payload.appBody, justification: [] })
}

export function certifyBlock(app: BeaconApplication, block: Block): Certificate {
  return certify(app.committee(block.header.instance)!, block.header.view, block.digest)
}

/** Builds and commits blocks until the head is at `target`. */
export async function advanceTo(app: BeaconApplication, target: number): Promise<void> {
  while (app.head.header.height < target) {
    const block = await buildBlock(app)
    await app.commit([block], certifyBlock(app, block))
  }
}

export function referenceTo(app: BeaconApplication): BeaconReference {
  return { height: app.head.header.height, hash: app.head.digest }
}
