/** Accounts that the message has come across, each asked for once. */

import { allocate, allocateZeroed } from '../arena'
import { Code, codeOf, emptyCode } from '../code'
import { getAccount } from '../host'
import { precompileAt } from '../precompiles'
import { add, subtract } from '../word/arithmetic'
import { isLess, isZero, readWord } from '../word/word'
import { remember } from './undo'

// @ts-ignore: decorator
@unmanaged
export class Account {
  nextInBucket: usize
  nextOfAll: usize
  nonce: u64
  /** Where there is code now, or zero if it was not asked for yet. */
  code: usize
  exists: bool
  /** EIP-2929. */
  isWarm: bool
  /** Nonce, balance or existence may differ from before, or it was touched (EIP-161). */
  isChanged: bool
  isCreated: bool
  isDestroyed: bool
  hasNewCode: bool
  /** Before the message. */
  hasStorage: bool
  hasChangedSlots: bool
}

const FIELDS = offsetof<Account>()
const BALANCE = (FIELDS + 7) & ~7
const CODE_HASH = BALANCE + 32
const ADDRESS = CODE_HASH + 32
const ACCOUNT_BYTES = ADDRESS + 24

const BUCKETS = 256
const buckets = memory.data(1024, 8)
/** The newest; zero: none. */
let all: usize = 0

export const EMPTY_CODE_HASH = memory.data<u8>([
  0xc5, 0xd2, 0x46, 0x01, 0x86, 0xf7, 0x23, 0x3c, 0x92, 0x7e, 0x7d, 0xb2, 0xdc, 0xc7, 0x03, 0xc0, 0xe5, 0x00,
  0xb6, 0x53, 0xca, 0x82, 0x27, 0x3b, 0x7b, 0xfa, 0xd8, 0x04, 0x5d, 0x85, 0xa4, 0x70,
])

/** As a word. */
export function balanceOf(account: Account): usize {
  return changetype<usize>(account) + BALANCE
}

/** 32 bytes. */
export function codeHashOf(account: Account): usize {
  return changetype<usize>(account) + CODE_HASH
}

/** 20 bytes. */
export function addressOf(account: Account): usize {
  return changetype<usize>(account) + ADDRESS
}

export function forgetAccounts(): void {
  memory.fill(buckets, 0, BUCKETS << 2)
  all = 0
}

/** The newest, which leads to the others; zero: none. */
export function newestAccount(): usize {
  return all
}

export function accountAt(address: usize): Account {
  const bucket = buckets + (((<usize>load<u8>(address, 19)) ^ ((<usize>load<u8>(address, 9)) * 31)) & (BUCKETS - 1)) * 4
  for (let at: usize = load<u32>(bucket); at != 0; at = changetype<Account>(at).nextInBucket) {
    if (memory.compare(at + ADDRESS, address, 20) == 0) return changetype<Account>(at)
  }
  const pointer = allocateZeroed(ACCOUNT_BYTES)
  const account = changetype<Account>(pointer)
  memory.copy(pointer + ADDRESS, address, 20)
  memory.copy(pointer + CODE_HASH, EMPTY_CODE_HASH, 32)
  account.nextInBucket = load<u32>(bucket)
  store<u32>(bucket, pointer)
  account.nextOfAll = all
  all = pointer
  // EIP-2929.
  account.isWarm = precompileAt(pointer + ADDRESS) != 0
  const known = getAccount(pointer + ADDRESS)
  if (known != 0) {
    account.exists = true
    account.nonce = bswap(load<u64>(known))
    readWord(pointer + BALANCE, known + 8)
    memory.copy(pointer + CODE_HASH, known + 40, 32)
    account.hasStorage = load<u8>(known, 72) != 0
  }
  return account
}

/** Tells whether it was before. */
export function warm(account: Account): bool {
  if (account.isWarm) return true
  remember(changetype<usize>(account) + offsetof<Account>('isWarm'), 1)
  account.isWarm = true
  return false
}

export function codeAt(account: Account): Code {
  if (account.code == 0) {
    account.code = isCodeless(account) ? changetype<usize>(emptyCode()) : changetype<usize>(codeOf(codeHashOf(account)))
  }
  return changetype<Code>(account.code)
}

export function isCodeless(account: Account): bool {
  return memory.compare(codeHashOf(account), EMPTY_CODE_HASH, 32) == 0
}

/** EIP-161: such an account is as good as none. */
export function isEmpty(account: Account): bool {
  return account.nonce == 0 && isZero(balanceOf(account)) && isCodeless(account)
}

/** Before nonce or balance change; also what only touches an account (EIP-161). */
export function change(account: Account): void {
  const flags = changetype<usize>(account) + offsetof<Account>('exists')
  if (!account.isChanged || !account.exists) {
    remember(flags, 3)
    account.isChanged = true
  }
  account.exists = true
}

export function setNonce(account: Account, nonce: u64): void {
  change(account)
  remember(changetype<usize>(account) + offsetof<Account>('nonce'), 8)
  account.nonce = nonce
}

/** The payer has it. */
export function move(from: Account, to: Account, value: usize): void {
  if (isZero(value)) {
    if (to.exists) change(to)
    return
  }
  change(from)
  remember(balanceOf(from), 32)
  subtract(balanceOf(from), balanceOf(from), value)
  change(to)
  remember(balanceOf(to), 32)
  add(balanceOf(to), balanceOf(to), value)
}

export function canPay(account: Account, value: usize): bool {
  return !isLess(balanceOf(account), value)
}

export function burnBalance(account: Account): void {
  change(account)
  remember(balanceOf(account), 32)
  memory.fill(balanceOf(account), 0, 32)
}

export function markCreated(account: Account): void {
  remember(changetype<usize>(account) + offsetof<Account>('isCreated'), 1)
  account.isCreated = true
}

export function markDestroyed(account: Account): void {
  remember(changetype<usize>(account) + offsetof<Account>('isDestroyed'), 1)
  account.isDestroyed = true
}

/** Code that no account had before the message. */
export function setCode(account: Account, code: Code, hash: usize): void {
  remember(changetype<usize>(account) + offsetof<Account>('code'), 4)
  remember(changetype<usize>(account) + offsetof<Account>('hasNewCode'), 1)
  remember(codeHashOf(account), 32)
  account.code = changetype<usize>(code)
  account.hasNewCode = true
  memory.copy(codeHashOf(account), hash, 32)
}

/** A word of the arena's. */
export function newWord(): usize {
  return allocate(32)
}
