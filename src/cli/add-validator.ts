/**
 * Adds a validator to a running devnet: gives its account the tokens, registers its keys, and has the supervisor start its process. If that was
 * interrupted, asking again goes on where it was.
 */

import { askSupervisor } from '../devnet/control-client.ts'
import type { DevnetFolder } from '../devnet/folder.ts'
import { deriveValidator, type ValidatorIdentity } from '../devnet/validator-keys.ts'
import type { Hex } from '../primitives/bytes.ts'
import { ACTION_REFUSED } from './ask-action.ts'
import type { ValidatorAnswer } from './beacon-answers.ts'
import { registered } from './join/follow-network.ts'
import type { Network } from './network.ts'
import { checkTerms, registrationOf } from './register-validator.ts'
import { type AskedAction, sendAction } from './send-action.ts'

export interface AddWishes {
  /** In wei. */
  readonly stake: bigint
  readonly commissionBps: number
  /** Whose tokens they are. */
  readonly payer: Hex
  readonly timeoutMs: number
}

export interface AddedNode {
  readonly index: number
  readonly process: string
  readonly account: Hex
  readonly stake: bigint
  /** The first epoch that it can serve in: sets are frozen so far ahead. */
  readonly servesFrom: number
}

const EPOCHS_AHEAD = 3
/** Of the account's own actions, of which the registration is the first. */
const FEES = 100n

export async function addValidator(
  network: Network,
  folder: DevnetFolder,
  wishes: AddWishes,
): Promise<AddedNode> {
  const { beacon, endpoints } = network
  await askSupervisor(folder.path, 'checkRoom', {}, wishes.timeoutMs)
  // The seed's keys are used in turn, so of a validator that was registered and not started it is the next one.
  const key = endpoints.beacon.validators.length
  const identity = deriveValidator(endpoints.seed, key)
  const before = await registered(beacon, identity.voteSigner.publicKey)
  const { index, stake } = before ?? (await register(network, identity, wishes))
  const { epoch } = (await beacon.request('beacon_getStatus')) as { epoch: number }
  await askSupervisor(folder.path, 'addValidator', { index, key, stake }, wishes.timeoutMs)
  return {
    index,
    process: `validator-${index}`,
    account: identity.account,
    stake: BigInt(stake),
    servesFrom: epoch + EPOCHS_AHEAD,
  }
}

async function register(
  { beacon, endpoints }: Network,
  identity: ValidatorIdentity,
  { stake, commissionBps, payer, timeoutMs }: AddWishes,
): Promise<ValidatorAnswer> {
  const { account, keys, voteSigner } = identity
  const { chainId } = endpoints.beacon
  const ask = async (asked: AskedAction, privateKey: Hex) => {
    const { refusal } = await sendAction(beacon, asked, privateKey, timeoutMs)
    if (refusal !== null) throw ACTION_REFUSED({ refusal })
  }
  const { params } = (await beacon.request('beacon_getStatus')) as {
    params: { actionFee: string; minStake: string }
  }
  checkTerms({ stake, commissionBps }, BigInt(params.minStake))
  const amount = stake + FEES * BigInt(params.actionFee)
  await ask({ type: 'transfer', to: account, amount }, payer)
  await ask(registrationOf(identity, { account, stake, commissionBps, chainId }), keys.account)
  return (await registered(beacon, voteSigner.publicKey))!
}
