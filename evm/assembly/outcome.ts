/**
 * What the host gets back. Integers are big-endian, counts and lengths have 4 bytes, addresses 20, words 32:
 *
 *     end 1 | error 1 | gas used 8 | refund 8 | has created 1 | created | output (length, bytes) |
 *     logs (count, each: address, topics (count 1, words), data (length, bytes)) |
 *     accounts (count, each: address, exists 1, nonce 8, balance, has new code 1, code (length, bytes), slots (count, each: key, value)) |
 *     destroyed (count, addresses)
 */

import { RETURNED } from './halt'
import { failure, outputLength, outputPointer } from './result'
import {
  Account,
  addressOf,
  balanceOf,
  codeAt,
  newestAccount,
} from './state/account'
import { firstLog, Log, logCount, refund } from './state/log'
import { currentOf, keyOf, newestSlot, originalOf, Slot } from './state/slot'
import { areEqual } from './word/word'
import {
  beginWriting,
  bytesOut,
  u32Out,
  u64Out,
  u8Out,
  wordOut,
  writtenLength,
  writtenPointer,
} from './writer'

/** `created` is zero if no contract was to be created. */
export function writeOutcome(end: i32, gasUsed: i64, created: usize): void {
  beginWriting()
  u8Out(end)
  u8Out(failure)
  u64Out(<u64>gasUsed)
  u64Out(<u64>refund())
  u8Out(created != 0 ? 1 : 0)
  if (created != 0) bytesOut(created, 20)
  u32Out(outputLength)
  bytesOut(outputPointer, <usize>outputLength)
  writeLogs(end == RETURNED ? logCount() : 0)
  writeAccounts()
  writeDestroyed()
}

function writeLogs(count: i32): void {
  u32Out(count)
  let log: Log | null = firstLog()
  for (let i = 0; i < count && log !== null; i++) {
    bytesOut(log.address, 20)
    u8Out(log.topicCount)
    bytesOut(log.topics, <usize>log.topicCount * 32)
    u32Out(log.dataLength)
    bytesOut(log.data, <usize>log.dataLength)
    log = changetype<Log | null>(log.next)
  }
}

function writeAccounts(): void {
  const countAt = writtenLength()
  let count = 0
  u32Out(0)
  for (let at = newestAccount(); at != 0; at = changetype<Account>(at).nextOfAll) {
    const account = changetype<Account>(at)
    if (!account.isChanged && !account.hasChangedSlots) continue
    writeAccount(account)
    count++
  }
  store<u32>(writtenPointer() + countAt, bswap(<u32>count))
}

function writeAccount(account: Account): void {
  bytesOut(addressOf(account), 20)
  // What a call that failed has changed is as before: then the account needn't exist.
  u8Out(account.isChanged && account.exists ? 1 : 0)
  u64Out(account.nonce)
  wordOut(balanceOf(account))
  u8Out(account.hasNewCode ? 1 : 0)
  const code = account.hasNewCode ? codeAt(account) : null
  u32Out(code === null ? 0 : code.length)
  if (code !== null) bytesOut(code.bytes, <usize>code.length)
  const countAt = writtenLength()
  let count = 0
  u32Out(0)
  if (account.hasChangedSlots) {
    for (let at = newestSlot(); at != 0; at = changetype<Slot>(at).nextOfAll) {
      const slot = changetype<Slot>(at)
      const isOurs = slot.account == changetype<usize>(account)
      if (!isOurs || !slot.isChanged || areEqual(currentOf(slot), originalOf(slot))) continue
      wordOut(keyOf(slot))
      wordOut(currentOf(slot))
      count++
    }
  }
  store<u32>(writtenPointer() + countAt, bswap(<u32>count))
}

function writeDestroyed(): void {
  const countAt = writtenLength()
  let count = 0
  u32Out(0)
  for (let at = newestAccount(); at != 0; at = changetype<Account>(at).nextOfAll) {
    const account = changetype<Account>(at)
    if (!account.isDestroyed) continue
    bytesOut(addressOf(account), 20)
    count++
  }
  store<u32>(writtenPointer() + countAt, bswap(<u32>count))
}
