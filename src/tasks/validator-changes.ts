/** What became of validators between two looks at the network. */

import type { ValidatorAnswer, ValidatorSetAnswer } from '../cli/beacon-answers.ts'
import type { ValidatorChange, ValidatorRegistration, ValidatorTurn } from '../plugin/hook-types.ts'

/** By the hook that is told of it. */
export type ValidatorNews =
  | { readonly name: 'registered'; readonly change: ValidatorRegistration }
  | { readonly name: 'joined' | 'jailed' | 'left'; readonly change: ValidatorTurn }
  | { readonly name: 'unjailed'; readonly change: ValidatorChange }

/** Both in the order of their indices, which never change. */
export function newsOfRegistry(
  before: readonly ValidatorAnswer[],
  after: readonly ValidatorAnswer[],
): ValidatorNews[] {
  return after.flatMap((validator) => newsOfValidator(before[validator.index], validator))
}

/** Those who serve now and didn't in the set before. */
export function newsOfSet(
  before: ValidatorSetAnswer,
  { epoch, validators }: ValidatorSetAnswer,
  registry: readonly ValidatorAnswer[],
): ValidatorNews[] {
  const served = new Set(before.validators.map(({ validator }) => validator))
  return validators
    .filter(({ validator }) => !served.has(validator))
    .map(({ validator }) => ({
      name: 'joined',
      change: { validator, account: registry[validator]!.account, epoch },
    }))
}

function newsOfValidator(before: ValidatorAnswer | undefined, after: ValidatorAnswer): ValidatorNews[] {
  const { index: validator, account, stake, jailedIn, isJailed, gone } = after
  const wasJailed = before?.isJailed ?? false
  const news: ValidatorNews[] = []
  if (before === undefined) {
    news.push({ name: 'registered', change: { validator, account, stakeWei: BigInt(stake) } })
  }
  if (isJailed && !wasJailed) news.push({ name: 'jailed', change: { validator, account, epoch: jailedIn! } })
  if (wasJailed && !isJailed) news.push({ name: 'unjailed', change: { validator, account } })
  if (gone !== null && (before?.gone ?? null) === null) {
    news.push({ name: 'left', change: { validator, account, epoch: gone } })
  }
  return news
}
