/**
 * A validator that votes for two blocks at once, for experiments: beside each of its votes to notarize goes a second one, for another block of the
 * same view, and where it leads, half of its peers get another proposal than the rest. All get both votes, so that each of them can prove the
 * offence. The honest engine and its log know nothing of it: the second signature is made here, on the way out.
 */

import { type Block, createBlock } from '../consensus/block.ts'
import type { Committee } from '../consensus/committee.ts'
import { decodeMessage, encodeMessage, type Proposal } from '../consensus/message.ts'
import { type Vote, voteMessage } from '../consensus/vote.ts'
import { fromHex, type Hex } from '../primitives/bytes.ts'
import { keccakHex } from '../primitives/hash.ts'
import type { Instance } from '../primitives/ids.ts'
import type { VoteSigner } from '../primitives/signatures.ts'
import type { InstanceOptions } from './running-instance.ts'

type SendConsensus = InstanceOptions['send']

export interface EquivocatorOptions {
  readonly signer: VoteSigner
  /** Whether it is to, there and now. */
  readonly isOn: (instance: Instance) => boolean
  readonly committeeOf: (instance: Instance) => Committee | null
}

export function equivocator(
  send: SendConsensus,
  { signer, isOn, committeeOf }: EquivocatorOptions,
): SendConsensus {
  const signOther = (committee: Committee, vote: Vote, digest: Hex): Vote => {
    const signature = signer.sign(voteMessage(committee, vote.kind, vote.view, digest))
    return { ...vote, digest, signature }
  }
  return (to, instance, bytes) => {
    const committee = isOn(instance) ? committeeOf(instance) : null
    const message = committee === null ? null : decodeMessage(bytes)
    const tell = (peers: readonly Hex[], vote: Vote) =>
      send(peers, instance, encodeMessage({ type: 'vote', vote }))
    if (message?.type === 'vote' && message.vote.kind === 'N') {
      send(to, instance, bytes)
      tell(to, signOther(committee!, message.vote, otherDigest(message.vote.digest)))
    } else if (message?.type === 'proposal' && isNew(message)) {
      const twin = twinOf(message.block)
      const otherVote = signOther(committee!, message.vote, twin.digest)
      const [some, others] = halvesOf(to)
      send(some, instance, bytes)
      tell(some, otherVote)
      send(others, instance, encodeMessage({ ...message, block: twin, vote: otherVote }))
      tell(others, message.vote)
    } else send(to, instance, bytes)
  }
}

/** A terminal block that is proposed again has no twin of this view. */
function isNew({ block, vote }: Proposal): boolean {
  return block.header.view === vote.view
}

/** The same contents, a millisecond later. */
function twinOf({ header, ...rest }: Block): Block {
  return createBlock({ ...rest, header: { ...header, time: header.time + 1 } })
}

/** Of a block that nobody has. */
function otherDigest(digest: Hex): Hex {
  return keccakHex(fromHex(digest))
}

function halvesOf(peers: readonly Hex[]): [Hex[], Hex[]] {
  return [peers.filter((_, i) => i % 2 === 0), peers.filter((_, i) => i % 2 === 1)]
}
