/** The validators that are registered: what they have at stake, how they stand, and who runs them. Amounts are in wei. */

import type { Hex } from '../primitives/bytes.ts'
import { formatTokens } from './amounts.ts'
import type { BeaconStatusAnswer, ValidatorAnswer, ValidatorSetAnswer } from './beacon-answers.ts'
import type { Network } from './network.ts'
import { table } from './output.ts'
import { type ValidatorStatus, validatorStatus } from './validator-status.ts'

export interface ListedValidator {
  readonly index: number
  readonly address: Hex
  readonly pubkey: Hex
  readonly stake: string
  /** What offences and absence have cost it. */
  readonly slashed: string
  /** In hundredths of a percent. */
  readonly commissionBps: number
  readonly status: ValidatorStatus
  readonly note: string
  /** The epoch in which it was expelled. */
  readonly tombstonedIn: number | null
  readonly jailedIn: number | null
  /** Of somebody jailed: the epoch from which on it may come back. */
  readonly jailedUntil: number | null
  /** Null unless it votes at present. */
  readonly presence: ValidatorAnswer['presence']
  /** In the Beacon Layer's votes and in draws: the stake, capped. */
  readonly weight: string
  readonly pid: number | null
  /** Whether its process belongs to this devnet. */
  readonly isLocal: boolean
}

export interface ValidatorList {
  readonly epoch: number
  readonly validators: readonly ListedValidator[]
}

export async function listValidators({ beacon, endpoints }: Network): Promise<ValidatorList> {
  const [known, set, { params }] = (await Promise.all([
    beacon.request('beacon_getValidators'),
    beacon.request('beacon_getValidatorSet'),
    beacon.request('beacon_getStatus'),
  ])) as [ValidatorAnswer[], ValidatorSetAnswer, BeaconStatusAnswer]
  const validators = known.map((validator): ListedValidator => {
    const { index, account, votePublicKey, stake, slashed, commissionBps, tombstonedIn, jailedIn } = validator
    const { isJailed, presence } = validator
    const ours = endpoints.beacon.validators.find((planned) => planned.index === index)
    const weight = set.validators.find((entry) => entry.validator === index)?.weight ?? '0'
    const jailedUntil = isJailed ? jailedIn! + params.jailEpochs : null
    return {
      index,
      address: account,
      pubkey: votePublicKey,
      stake,
      slashed,
      commissionBps,
      ...validatorStatus(validator, weight !== '0', jailedUntil),
      tombstonedIn,
      jailedIn,
      jailedUntil,
      presence,
      weight,
      pid: ours?.pid ?? null,
      isLocal: ours !== undefined,
    }
  })
  return { epoch: set.epoch, validators }
}

export function describeValidators(validators: readonly ListedValidator[]): string[] {
  const rows = validators.map(({ index, address, stake, weight, pid, isLocal, note, slashed }) => [
    `validator ${index}`,
    address,
    `${formatTokens(stake)} staked`,
    `weight ${formatTokens(weight)}`,
    isLocal ? (pid === null ? 'down' : `process ${pid}`) : 'elsewhere',
    [note, slashed === '0' ? '' : `slashed by ${formatTokens(slashed)}`]
      .filter((text) => text !== '')
      .join(', '),
  ])
  return table(rows)
}
