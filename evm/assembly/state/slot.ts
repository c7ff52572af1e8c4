/** Storage slots that the message has come across, and transient ones (EIP-1153). */

import { allocateZeroed } from '../arena'
import { getStorage } from '../host'
import { copyWord, readWord, writeWord } from '../word/word'
import { Account, addressOf } from './account'
import { remember } from './undo'

// @ts-ignore: decorator
@unmanaged
export class Slot {
  nextInBucket: usize
  nextOfAll: usize
  account: usize
  isWarm: bool
  isChanged: bool
}

const KEY = (offsetof<Slot>() + 7) & ~7
const ORIGINAL = KEY + 32
const CURRENT = ORIGINAL + 32
const SLOT_BYTES = CURRENT + 32

const BUCKETS = 1024
const BUCKETS_BYTES = 4096
const persistent = memory.data(4096, 8)
const transient = memory.data(4096, 8)
let all: usize = 0
let isUsed = false

export function keyOf(slot: Slot): usize {
  return changetype<usize>(slot) + KEY
}

/** When the message began (EIP-2200). */
export function originalOf(slot: Slot): usize {
  return changetype<usize>(slot) + ORIGINAL
}

export function currentOf(slot: Slot): usize {
  return changetype<usize>(slot) + CURRENT
}

/** The newest, which leads to the others; zero: none. Transient ones aren't among them. */
export function newestSlot(): usize {
  return all
}

export function forgetSlots(): void {
  if (!isUsed) return
  memory.fill(persistent, 0, BUCKETS_BYTES)
  memory.fill(transient, 0, BUCKETS_BYTES)
  all = 0
  isUsed = false
}

const asked = memory.data(56, 8)

export function slotAt(account: Account, key: usize): Slot {
  const bucket = bucketOf(persistent, account, key)
  const known = find(bucket, account, key)
  if (known !== null) return known
  const slot = insert(bucket, account, key)
  slot.nextOfAll = all
  all = changetype<usize>(slot)
  // What was created in this message began without storage.
  if (account.exists && !account.isCreated) {
    memory.copy(asked, addressOf(account), 20)
    writeWord(asked + 20, key)
    readWord(originalOf(slot), getStorage(asked))
    copyWord(currentOf(slot), originalOf(slot))
  }
  return slot
}

export function transientSlotAt(account: Account, key: usize): Slot {
  const bucket = bucketOf(transient, account, key)
  return find(bucket, account, key) || insert(bucket, account, key)
}

/** Tells whether it was before. */
export function warmSlot(slot: Slot): bool {
  if (slot.isWarm) return true
  remember(changetype<usize>(slot) + offsetof<Slot>('isWarm'), 1)
  slot.isWarm = true
  return false
}

export function setCurrent(slot: Slot, value: usize): void {
  slot.isChanged = true
  changetype<Account>(slot.account).hasChangedSlots = true
  remember(currentOf(slot), 32)
  copyWord(currentOf(slot), value)
}

function bucketOf(buckets: usize, account: Account, key: usize): usize {
  const mixed =
    (load<u64>(key) ^ load<u64>(key, 8) ^ load<u64>(key, 16) ^ load<u64>(key, 24)) * 0x9e3779b97f4a7c15 +
    <u64>changetype<usize>(account)
  return buckets + <usize>((mixed >> 20) & (BUCKETS - 1)) * 4
}

function find(bucket: usize, account: Account, key: usize): Slot | null {
  for (let at: usize = load<u32>(bucket); at != 0; at = changetype<Slot>(at).nextInBucket) {
    const slot = changetype<Slot>(at)
    if (slot.account == changetype<usize>(account) && memory.compare(at + KEY, key, 32) == 0) return slot
  }
  return null
}

function insert(bucket: usize, account: Account, key: usize): Slot {
  isUsed = true
  const slot = changetype<Slot>(allocateZeroed(SLOT_BYTES))
  slot.account = changetype<usize>(account)
  copyWord(keyOf(slot), key)
  slot.nextInBucket = load<u32>(bucket)
  store<u32>(bucket, changetype<usize>(slot))
  return slot
}
