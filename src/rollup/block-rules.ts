/** How a rollup's consensus header and its Ethereum header hang together. Pure. */

import type { Block } from '../consensus/block.ts'
import type { Committee } from '../consensus/committee.ts'
import type { Header } from '../consensus/header.ts'
import { equalBytes, type Hex } from '../primitives/bytes.ts'
import type { Environment } from './block-plan.ts'
import { encodeBody } from './body.ts'
import type { SealedBlock } from './executor.ts'

/** What the transactions of a block see, as far as consensus decides it; null if nobody sits in the proposer's seat. */
export function environmentOf(
  fields: Pick<Header, 'time' | 'proposer'> & { readonly beaconHash: Hex },
  committee: Committee | null,
  prevRandao: Hex,
): Environment | null {
  const proposer = committee?.members[fields.proposer]
  if (proposer === undefined) return null
  return {
    timestamp: Math.floor(fields.time / 1000),
    beneficiary: proposer.account,
    prevRandao,
    parentBeaconBlockRoot: fields.beaconHash,
  }
}

/** Why `block` can't be a child of `parent`, by headers alone; null if it can. That its time isn't in the future, consensus checks. */
export function checkLineage(block: Block, parent: Block): string | null {
  const { header } = block
  if (header.parent !== parent.digest) return 'names another parent'
  if (header.height !== parent.header.height + 1) return 'height does not follow'
  return header.time < parent.header.time ? 'time before the parent' : null
}

/**
 * Whether an execution is what `block` claims: every bit of its application header and body, and the state root in its consensus
 * header. One execution may stand for several consensus blocks, so its environment is compared too.
 */
export function isOutcomeOf(sealed: SealedBlock, block: Block, environment: Environment): boolean {
  const { header } = sealed
  const executed = sealed.environment
  return (
    equalBytes(sealed.encodedHeader, block.appHeader) &&
    header.stateRoot === block.header.stateRoot &&
    executed.timestamp === environment.timestamp &&
    executed.beneficiary === environment.beneficiary &&
    // Of a certified block it is the block's own word, which an instruction may have set.
    [executed.prevRandao, header.prevRandao].includes(environment.prevRandao) &&
    executed.parentBeaconBlockRoot === environment.parentBeaconBlockRoot &&
    equalBytes(encodeBody(sealed.transactions.map(({ raw }) => raw)), block.appBody)
  )
}
