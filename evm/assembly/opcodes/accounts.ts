/** Opcodes that look at another account. They give the gas that is left; negative: the call halts. */

import { copyPart } from '../bytes'
import { Frame, rangeAt, reserve } from '../frame'
import { COLD_ACCOUNT, COPY_WORD, WARM } from '../gas'
import { Account, accountAt, balanceOf, codeAt, codeHashOf, isEmpty, warm } from '../state/account'
import { copyWord, readWord, saturate, setU64, writeAddress } from '../word/word'
import { payForWords } from './copies'

const address = memory.data(32, 8)

/** Of the word's low 20 bytes. */
export function accountOfWord(word: usize): Account {
  writeAddress(address, word)
  return accountAt(address)
}

export function accessGas(account: Account): i64 {
  return warm(account) ? WARM : COLD_ACCOUNT
}

export function balance(top: usize, gas: i64): i64 {
  const account = accountOfWord(top - 32)
  copyWord(top - 32, balanceOf(account))
  return gas - accessGas(account)
}

export function codeSize(top: usize, gas: i64): i64 {
  const account = accountOfWord(top - 32)
  const left = gas - accessGas(account)
  if (left >= 0) setU64(top - 32, <u64>codeAt(account).length)
  return left
}

export function codeHash(top: usize, gas: i64): i64 {
  const account = accountOfWord(top - 32)
  if (isEmpty(account)) setU64(top - 32, 0)
  else readWord(top - 32, codeHashOf(account))
  return gas - accessGas(account)
}

/** Operands, from the top: address, where to, from where, how much. */
export function copyCode(frame: Frame, top: usize, gas: i64): i64 {
  const size = top - 128
  const account = accountOfWord(top - 32)
  const left = payForWords(reserve(frame, top - 64, size, gas - accessGas(account)), size, COPY_WORD)
  if (left < 0) return left
  const code = codeAt(account)
  const count = saturate(size)
  copyPart(rangeAt(frame, top - 64, count), count, code.bytes, code.length, saturate(top - 96))
  return left
}
