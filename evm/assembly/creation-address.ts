/** Where contracts are created: the addresses of CREATE and CREATE2, as 20 bytes that hold until the next one is asked for. */

import { keccak256 } from './keccak'
import { writeWord } from './word/word'

const input = memory.data(88, 8)
const hash = memory.data(32, 8)
const ADDRESS_AT: usize = 12

/** keccak256(rlp([creator, nonce])). */
export function creationAddress(creator: usize, nonce: u64): usize {
  const size: usize = nonce == 0 ? 0 : 8 - <usize>(clz(nonce) >> 3)
  const isSingle = nonce != 0 && nonce < 0x80
  const nonceBytes: usize = isSingle ? 1 : 1 + size
  store<u8>(input, 0xc0 + 21 + <u8>nonceBytes)
  store<u8>(input, 0x94, 1)
  memory.copy(input + 2, creator, 20)
  if (isSingle) store<u8>(input, <u8>nonce, 22)
  else {
    store<u8>(input, 0x80 + <u8>size, 22)
    for (let i: usize = 0; i < size; i++) store<u8>(input + 23 + i, <u8>(nonce >> (<u64>(size - 1 - i) << 3)))
  }
  keccak256(hash, input, 22 + nonceBytes)
  return hash + ADDRESS_AT
}

/** keccak256(0xff || creator || salt || keccak256(initcode)), EIP-1014; `salt` is a word. */
export function saltedAddress(creator: usize, salt: usize, initcode: usize, length: usize): usize {
  store<u8>(input, 0xff)
  memory.copy(input + 1, creator, 20)
  writeWord(input + 21, salt)
  keccak256(input + 53, initcode, length)
  keccak256(hash, input, 85)
  return hash + ADDRESS_AT
}
