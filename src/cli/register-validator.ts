/** Puts a node's keys into the registry, with a stake of the account's own. */

import { COMMISSION_BPS_MAX } from '../beacon/staking/validator.ts'
import type { ValidatorIdentity } from '../devnet/validator-keys.ts'
import type { Hex } from '../primitives/bytes.ts'
import { provePossession } from '../primitives/possession.ts'
import { ACTION_REFUSED } from './ask-action.ts'
import type { AskedAction } from './send-action.ts'

export interface Registration {
  /** Whose stake it is. */
  readonly account: Hex
  readonly stake: bigint
  readonly commissionBps: number
  readonly chainId: number
}

export function registrationOf(
  { voteSigner, networkKey }: Pick<ValidatorIdentity, 'voteSigner' | 'networkKey'>,
  { account, stake, commissionBps, chainId }: Registration,
): AskedAction {
  return {
    type: 'registerValidator',
    votePublicKey: voteSigner.publicKey,
    proofOfPossession: provePossession(voteSigner, account, chainId),
    networkKey,
    stake,
    commissionBps,
  }
}

/** What would be refused after all, before anything is paid for it. Throws ACTION_REFUSED. */
export function checkTerms(
  { stake, commissionBps }: Pick<Registration, 'stake' | 'commissionBps'>,
  minStake: bigint,
): void {
  if (stake < minStake) throw ACTION_REFUSED({ refusal: 'BELOW_MINIMUM_STAKE' })
  if (commissionBps > COMMISSION_BPS_MAX) throw ACTION_REFUSED({ refusal: 'COMMISSION_OUT_OF_BOUNDS' })
}
