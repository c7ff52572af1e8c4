/** Committees, blocks and certificates for tests, signed with the simulation's hashes. */

import { type Block, createBlock, payloadRoot } from '../../src/consensus/block.ts'
import { type Committee, createCommittee } from '../../src/consensus/committee.ts'
import { NO_BEACON_REFERENCE } from '../../src/consensus/header.ts'
import {
  bitmapOf,
  type Certificate,
  type Vote,
  type VoteKind,
  voteMessage,
} from '../../src/consensus/vote.ts'
import { simulatedScheme, simulatedSigner } from '../../src/platform/simulated/signatures.ts'
import type { Hex } from '../../src/primitives/bytes.ts'
import { keccak256, keccakHex, ZERO_HASH } from '../../src/primitives/hash.ts'
import { epoch, height, type Instance, rollupId, view } from '../../src/primitives/ids.ts'
import { executedRoot } from '../simulation/engine/application.ts'

export const INSTANCE: Instance = { rollup: rollupId(1), epoch: epoch(3), sub: 0 }

export const NETWORK = { chainId: 7_700_000, genesisHash: keccakHex(), forks: [] }

/** `publicKeys` are the simulation's unless given. */
export function committeeOf(weights: readonly number[], publicKeys?: readonly Uint8Array[]): Committee {
  const members = weights.map((weight, seat) => ({
    validator: seat,
    account: `0x${(seat + 1).toString(16).padStart(40, '0')}` as Hex,
    publicKey: publicKeys?.[seat] ?? simulatedSigner(seat).publicKey,
    weight: BigInt(weight),
  }))
  return createCommittee(NETWORK, INSTANCE, members)
}

/** The last block of the instance before. */
export function genesisBlock(timeMs = 0): Block {
  const header = {
    instance: { ...INSTANCE, epoch: epoch(2) },
    view: view(57),
    parentView: view(55),
    height: height(100),
    parent: keccakHex(),
    payloadRoot: payloadRoot(new Uint8Array(), []),
    stateRoot: keccakHex(),
    time: timeMs,
    proposer: 0,
    beaconRef: NO_BEACON_REFERENCE,
  }
  return createBlock({ header, appHeader: new Uint8Array(), appBody: new Uint8Array(), justification: [] })
}

export interface ChildFields {
  readonly view: number
  readonly parentView: number
  readonly proposer: number
  readonly time?: number
  readonly body?: string
  readonly justification?: readonly Certificate[]
  readonly stateRoot?: Hex
}

/** A block that the simulated application finds valid. */
export function childOf(parent: Block, fields: ChildFields): Block {
  const appBody = new TextEncoder().encode(fields.body ?? `block of view ${fields.view}`)
  const appHeader = keccak256(appBody)
  const justification = fields.justification ?? []
  const header = {
    instance: INSTANCE,
    view: view(fields.view),
    parentView: view(fields.parentView),
    height: height(parent.header.height + 1),
    parent: parent.digest,
    payloadRoot: payloadRoot(appHeader, justification),
    stateRoot: fields.stateRoot ?? executedRoot(parent, appBody),
    time: fields.time ?? parent.header.time,
    proposer: fields.proposer,
    beaconRef: NO_BEACON_REFERENCE,
  }
  return createBlock({ header, appHeader, appBody, justification })
}

export function voteOf(
  committee: Committee,
  signer: number,
  kind: VoteKind,
  at: number,
  digest: Hex = ZERO_HASH,
): Vote {
  const message = voteMessage(committee, kind, view(at), digest)
  return { kind, view: view(at), digest, signer, signature: simulatedSigner(signer).sign(message) }
}

export function certificateOf(
  committee: Committee,
  kind: VoteKind,
  at: number,
  digest: Hex = ZERO_HASH,
  seats: readonly number[] = committee.members.map((_, seat) => seat),
): Certificate {
  const votes = seats.map((seat) => voteOf(committee, seat, kind, at, digest))
  const signature = simulatedScheme.aggregate(votes.map((vote) => vote.signature))!
  return { kind, view: view(at), digest, bitmap: bitmapOf(seats, committee.members.length), signature }
}
