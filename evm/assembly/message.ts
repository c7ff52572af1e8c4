/**
 * A message as the host hands it in. Integers are big-endian; addresses have 20 bytes, words 32:
 *
 *     fork 1 | has recipient 1 | caller | recipient | value | gas price | gas 8 | chain id 8 | number 8 | timestamp 8 | block gas limit 8 |
 *     beneficiary | prevRandao | base fee | blob base fee | blob hashes (count 2, words) | access list (count 2, each: address, count 2,
 *     words) | data
 */

import { environment } from './environment'
import { accountAt, warm } from './state/account'
import { slotAt, warmSlot } from './state/slot'
import { readWord } from './word/word'

export let hasRecipient: bool = false
export let caller: usize = 0
export let recipient: usize = 0
/** A word. */
export const value: usize = memory.data(32, 8)
export let gas: i64 = 0
export let data: usize = 0
export let dataLength: i32 = 0

let at: usize = 0

/** Reads it, and warms what its access list names; the bytes must outlive the message. */
export function readMessage(pointer: usize, length: i32): void {
  at = pointer
  environment.fork = <i32>u8At()
  hasRecipient = u8At() != 0
  caller = skip(20)
  recipient = skip(20)
  readWord(value, skip(32))
  environment.gasPrice = skip(32)
  gas = <i64>u64At()
  environment.chainId = u64At()
  environment.number = u64At()
  environment.timestamp = u64At()
  environment.gasLimit = u64At()
  environment.beneficiary = skip(20)
  environment.prevRandao = skip(32)
  environment.baseFee = skip(32)
  environment.blobBaseFee = skip(32)
  environment.blobCount = <i32>u16At()
  environment.blobHashes = skip(<usize>environment.blobCount * 32)
  environment.origin = caller
  readAccessList()
  data = at
  dataLength = length - <i32>(at - pointer)
}

const key = memory.data(32, 8)

function readAccessList(): void {
  const count = u16At()
  for (let i: u32 = 0; i < count; i++) {
    const account = accountAt(skip(20))
    warm(account)
    const keys = u16At()
    for (let j: u32 = 0; j < keys; j++) {
      readWord(key, skip(32))
      warmSlot(slotAt(account, key))
    }
  }
}

function skip(bytes: usize): usize {
  const before = at
  at += bytes
  return before
}

function u8At(): u32 {
  return load<u8>(skip(1))
}

function u16At(): u32 {
  return bswap(load<u16>(skip(2)))
}

function u64At(): u64 {
  return bswap(load<u64>(skip(8)))
}
