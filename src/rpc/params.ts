/**
 * Readers of JSON-RPC parameters. In: anything that JSON can hold. Out: the value, or an RpcError -32602 that names the parameter and
 * says what was expected. Hashes and addresses come out in lower case.
 */

import { fromHex, type Hex, isHex } from '../primitives/bytes.ts'
import { INVALID_PARAMS, RpcError } from './rpc-error.ts'

const BLOCK_TAGS = ['latest', 'safe', 'finalized', 'pending', 'earliest'] as const

export type BlockTag = (typeof BLOCK_TAGS)[number]

/** How a caller names a block (EIP-1898 included). */
export type BlockSelector =
  | { readonly by: 'tag'; readonly tag: BlockTag }
  | { readonly by: 'number'; readonly number: number }
  | { readonly by: 'hash'; readonly hash: Hex; readonly requireCanonical: boolean }

const LATEST: BlockSelector = { by: 'tag', tag: 'latest' }

export function invalidParams(name: string, expected: string): RpcError {
  return new RpcError(INVALID_PARAMS, `invalid argument "${name}": expected ${expected}`)
}

/** Refuses calls with too few or too many parameters. */
export function checkCount(params: readonly unknown[], min: number, max: number): void {
  if (params.length >= min && params.length <= max) return
  const expected = min === max ? `${min}` : `${min} to ${max}`
  throw new RpcError(INVALID_PARAMS, `expected ${expected} arguments, got ${params.length}`)
}

/** `read`, or undefined for a parameter that is missing or null. */
export function optional<Value>(
  read: (value: unknown, name: string) => Value,
): (value: unknown, name: string) => Value | undefined {
  return (value, name) => (isMissing(value) ? undefined : read(value, name))
}

/** A 0x-hex integer of at most 256 bits without leading zeros. */
export function readQuantity(value: unknown, name: string): bigint {
  if (typeof value !== 'string' || !/^0x(0|[1-9a-fA-F][0-9a-fA-F]{0,63})$/.test(value)) {
    throw invalidParams(name, 'a 0x-hex quantity of at most 256 bits without leading zeros')
  }
  return BigInt(value)
}

/** A quantity that fits a number without loss. */
export function readNumber(value: unknown, name: string, max = Number.MAX_SAFE_INTEGER): number {
  const quantity = readQuantity(value, name)
  if (quantity > BigInt(max)) throw invalidParams(name, `a quantity of at most ${max}`)
  return Number(quantity)
}

/** As dev tools send integers: a quantity, or a JSON number that is a whole one and not negative. */
export function readLooseNumber(value: unknown, name: string, max = Number.MAX_SAFE_INTEGER): number {
  if (typeof value !== 'number') return readNumber(value, name, max)
  if (!Number.isSafeInteger(value) || value < 0 || value > max) {
    throw invalidParams(name, `a whole number from 0 to ${max}`)
  }
  return value
}

/** 0x-hex of whole bytes, of exactly `length` if given. */
export function readData(value: unknown, name: string, length?: number): Uint8Array {
  if (!isHex(value, length)) {
    throw invalidParams(name, length === undefined ? '0x-hex bytes' : `${length} bytes of 0x-hex`)
  }
  return fromHex(value)
}

export function readAddress(value: unknown, name: string): Hex {
  return readFixed(value, name, 20, 'an address (20 bytes of 0x-hex)')
}

export function readHash(value: unknown, name: string): Hex {
  return readFixed(value, name, 32, 'a hash (32 bytes of 0x-hex)')
}

/** A storage slot or word: 32 bytes, or anything shorter in 0x-hex, padded on the left. */
export function readWord(value: unknown, name: string): Hex {
  if (typeof value !== 'string' || !/^0x[0-9a-fA-F]{1,64}$/.test(value)) {
    throw invalidParams(name, '1 to 64 digits of 0x-hex')
  }
  return `0x${value.slice(2).toLowerCase().padStart(64, '0')}`
}

/** A tag, a number, or EIP-1898's object; `latest` if missing. */
export function readBlock(value: unknown, name = 'block'): BlockSelector {
  if (isMissing(value)) return LATEST
  if (BLOCK_TAGS.includes(value as BlockTag)) return { by: 'tag', tag: value as BlockTag }
  if (typeof value === 'string') return blockByText(value, name)
  const { blockHash, blockNumber, requireCanonical } = readObject(value, name)
  if ((blockHash === undefined) === (blockNumber === undefined)) {
    throw invalidParams(name, 'either blockHash or blockNumber')
  }
  if (blockNumber !== undefined) {
    return { by: 'number', number: readNumber(blockNumber, `${name}.blockNumber`) }
  }
  return {
    by: 'hash',
    hash: readHash(blockHash, `${name}.blockHash`),
    requireCanonical: optional(readBoolean)(requireCanonical, `${name}.requireCanonical`) ?? false,
  }
}

export function readBoolean(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw invalidParams(name, 'true or false')
  return value
}

export function readText(value: unknown, name: string, lengthMax = 1024): string {
  if (typeof value !== 'string' || value.length > lengthMax) {
    throw invalidParams(name, `a string of at most ${lengthMax} characters`)
  }
  return value
}

export function readObject(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidParams(name, 'an object')
  return value as Record<string, unknown>
}

export function readArray<Item>(
  value: unknown,
  name: string,
  read: (item: unknown, name: string) => Item,
  lengthMax = 1000,
): Item[] {
  if (!Array.isArray(value) || value.length > lengthMax) {
    throw invalidParams(name, `an array of at most ${lengthMax} entries`)
  }
  return value.map((item, index) => read(item, `${name}[${index}]`))
}

function blockByText(value: string, name: string): BlockSelector {
  // Some clients send a bare block hash, which no block number is as long as.
  if (value.length === 66) return { by: 'hash', hash: readHash(value, name), requireCanonical: false }
  if (!value.startsWith('0x'))
    throw invalidParams(name, `a block number, a hash or one of ${BLOCK_TAGS.join(', ')}`)
  return { by: 'number', number: readNumber(value, name) }
}

function readFixed(value: unknown, name: string, length: number, expected: string): Hex {
  if (!isHex(value, length)) throw invalidParams(name, expected)
  return value.toLowerCase() as Hex
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null
}
