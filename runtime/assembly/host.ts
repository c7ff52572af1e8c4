/**
 * What the node does for the runtime: state and heavy cryptography, in the canonical ABI of ../beacon-runtime.wit. Lists go out as pointer and
 * length; one that comes in was allocated with `cabi_realloc`, is copied and freed.
 */

import { concatBytes, utf8 } from './primitives/bytes'

// @ts-ignore: decorator
@external('beacon:runtime/host@0.1.0', 'get')
declare function hostGet(key: usize, keyLength: i32, result: usize): void
// @ts-ignore: decorator
@external('beacon:runtime/host@0.1.0', 'set')
declare function hostSet(key: usize, keyLength: i32, value: usize, valueLength: i32): void
// @ts-ignore: decorator
@external('beacon:runtime/host@0.1.0', 'keccak256')
declare function hostKeccak256(data: usize, length: i32, result: usize): void
// @ts-ignore: decorator
@external('beacon:runtime/host@0.1.0', 'recover-address')
declare function hostRecover(hash: usize, hashLength: i32, signature: usize, length: i32, result: usize): void
// @ts-ignore: decorator
@external('beacon:runtime/host@0.1.0', 'verify')
declare function hostVerify(
  key: usize,
  keyLength: i32,
  message: usize,
  messageLength: i32,
  signature: usize,
  signatureLength: i32,
): i32
// @ts-ignore: decorator
@external('beacon:runtime/host@0.1.0', 'verify-aggregate')
declare function hostVerifyAggregate(
  keys: usize,
  keysLength: i32,
  message: usize,
  messageLength: i32,
  aggregate: usize,
  aggregateLength: i32,
): i32

/** Where the node puts a result: an option's tag, or a list; and the list behind a tag. */
const RESULT = memory.data(12, 4)
const POINTER_BYTES: usize = 4

/** An entry of the state; keys are ASCII. */
export function get(key: string): Uint8Array | null {
  const name = utf8(key)
  hostGet(name.dataStart, name.length, RESULT)
  return takeOptional()
}

export function set(key: string, value: Uint8Array): void {
  const name = utf8(key)
  hostSet(name.dataStart, name.length, value.dataStart, value.length)
}

export function keccak256(bytes: Uint8Array): Uint8Array {
  hostKeccak256(bytes.dataStart, bytes.length, RESULT)
  return takeList(RESULT)
}

/** The account (20 B) that made `signature` (65 B: r, s and v of 27 or 28), or null. */
export function recoverAddress(hash: Uint8Array, signature: Uint8Array): Uint8Array | null {
  hostRecover(hash.dataStart, hash.length, signature.dataStart, signature.length, RESULT)
  return takeOptional()
}

export function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): bool {
  return (
    hostVerify(
      publicKey.dataStart,
      publicKey.length,
      message.dataStart,
      message.length,
      signature.dataStart,
      signature.length,
    ) != 0
  )
}

export function verifyAggregate(publicKeys: Uint8Array[], message: Uint8Array, aggregate: Uint8Array): bool {
  const keys = concatBytes(publicKeys)
  return (
    hostVerifyAggregate(
      keys.dataStart,
      keys.length,
      message.dataStart,
      message.length,
      aggregate.dataStart,
      aggregate.length,
    ) != 0
  )
}

/** A list that the node has put into memory that it got from `cabi_realloc`. */
export function take(pointer: usize, length: i32): Uint8Array {
  const bytes = new Uint8Array(length)
  if (length == 0) return bytes
  memory.copy(bytes.dataStart, pointer, length)
  heap.free(pointer)
  return bytes
}

function takeOptional(): Uint8Array | null {
  if (load<u8>(RESULT) == 0) return null
  return takeList(RESULT + POINTER_BYTES)
}

function takeList(at: usize): Uint8Array {
  return take(load<u32>(at), load<i32>(at, POINTER_BYTES))
}
