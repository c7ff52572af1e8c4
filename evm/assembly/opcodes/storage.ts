/** SLOAD, SSTORE and their transient siblings. They give the gas that is left; negative: the call halts. */

import { accountOf, Frame } from '../frame'
import {
  COLD_SLOT,
  SSTORE_CLEAR_REFUND,
  SSTORE_RESET,
  SSTORE_SENTRY,
  SSTORE_SET,
  WARM,
} from '../gas'
import { OUT_OF_GAS, STATIC_STATE_CHANGE } from '../halt'
import { fail } from '../result'
import { addRefund } from '../state/log'
import {
  currentOf,
  originalOf,
  setCurrent,
  Slot,
  slotAt,
  transientSlotAt,
  warmSlot,
} from '../state/slot'
import { remember } from '../state/undo'
import { areEqual, copyWord, isZero } from '../word/word'

/** The value takes the place of the key. */
export function load(frame: Frame, top: usize, gas: i64): i64 {
  const key = top - 32
  const slot = slotAt(accountOf(frame), key)
  const left = gas - (warmSlot(slot) ? WARM : COLD_SLOT)
  copyWord(key, currentOf(slot))
  return left
}

/** EIP-2200 with EIP-2929 and EIP-3529. */
export function store(frame: Frame, top: usize, gas: i64): i64 {
  if (frame.isStatic) return fail(STATIC_STATE_CHANGE)
  if (gas <= SSTORE_SENTRY) return fail(OUT_OF_GAS)
  const slot = slotAt(accountOf(frame), top - 32)
  const value = top - 64
  let left = warmSlot(slot) ? gas : gas - COLD_SLOT
  const current = currentOf(slot)
  if (areEqual(value, current)) return left - WARM
  if (areEqual(current, originalOf(slot))) left -= isZero(current) ? SSTORE_SET : SSTORE_RESET
  else left -= WARM
  if (left < 0) return left
  const refund = refundOf(slot, value)
  if (refund != 0) addRefund(refund)
  setCurrent(slot, value)
  return left
}

function refundOf(slot: Slot, value: usize): i64 {
  const original = originalOf(slot)
  const current = currentOf(slot)
  if (areEqual(current, original)) return isZero(value) && !isZero(original) ? SSTORE_CLEAR_REFUND : 0
  let refund: i64 = 0
  if (!isZero(original)) {
    if (isZero(current)) refund -= SSTORE_CLEAR_REFUND
    else if (isZero(value)) refund += SSTORE_CLEAR_REFUND
  }
  if (areEqual(value, original)) refund += isZero(original) ? SSTORE_SET - WARM : SSTORE_RESET - WARM
  return refund
}

export function loadTransient(frame: Frame, top: usize): void {
  const key = top - 32
  copyWord(key, currentOf(transientSlotAt(accountOf(frame), key)))
}

export function storeTransient(frame: Frame, top: usize, gas: i64): i64 {
  if (frame.isStatic) return fail(STATIC_STATE_CHANGE)
  const current = currentOf(transientSlotAt(accountOf(frame), top - 32))
  remember(current, 32)
  copyWord(current, top - 64)
  return gas
}
