/** SELFDESTRUCT: by EIP-6780 since Cancun, as it was before that in Shanghai. */

import { environment } from '../environment'
import { CANCUN } from '../fork'
import { accountOf, Frame } from '../frame'
import { COLD_ACCOUNT, NEW_ACCOUNT } from '../gas'
import { RETURNED, STATIC_STATE_CHANGE } from '../halt'
import { clearResult, fail } from '../result'
import { addressOf, balanceOf, burnBalance, isEmpty, markDestroyed, move, newWord, warm } from '../state/account'
import { traceEnter, traceLeave } from '../trace'
import { copyWord, isZero } from '../word/word'
import { accountOfWord } from './accounts'

const SELFDESTRUCT: i32 = 0xff

/** Gives the gas that is left; negative: the call halts. */
export function destroy(frame: Frame, top: usize, gas: i64): i64 {
  if (frame.isStatic) return fail(STATIC_STATE_CHANGE)
  const account = accountOf(frame)
  const heir = accountOfWord(top - 32)
  let left = warm(heir) ? gas : gas - COLD_ACCOUNT
  const isRich = !isZero(balanceOf(account))
  if (isRich && isEmpty(heir)) left -= NEW_ACCOUNT
  if (left < 0) return left
  if (TRACED) {
    traceEnter(SELFDESTRUCT, addressOf(account), addressOf(heir), balanceOf(account), 0, left, 0, 0)
    clearResult()
    traceLeave(RETURNED, RETURNED, 0, 0)
  }
  if (heir != account) {
    const value = newWord()
    copyWord(value, balanceOf(account))
    move(account, heir, value)
  }
  if (account.isCreated || environment.fork < CANCUN) {
    if (heir == account) burnBalance(account)
    markDestroyed(account)
  }
  return left
}
