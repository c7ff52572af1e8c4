/**
 * EIP-712 hashing of typed data, as far as the Beacon Layer's actions need it: integers, booleans, addresses, 32-byte strings, bytes,
 * text, structs and lists of structs. The types are ours; only their values come from strangers, decoded and bounded before.
 */

import { bigintToBytes, concatBytes, fromHex, utf8 } from '../primitives/bytes.ts'
import { keccak256 } from '../primitives/hash.ts'

export interface TypedDataField {
  readonly name: string
  readonly type: string
}

/** Struct name to fields, as ethers and viem take it (without EIP712Domain). */
export type TypedDataTypes = Readonly<Record<string, readonly TypedDataField[]>>

export type TypedDataValue = string | number | bigint | boolean | readonly TypedDataStruct[] | TypedDataStruct
export interface TypedDataStruct {
  readonly [field: string]: TypedDataValue
}

/** What is signed: H(1901 || domain separator || struct hash). */
export function typedDataDigest(
  domainSeparator: Uint8Array,
  types: TypedDataTypes,
  primaryType: string,
  message: TypedDataStruct,
): Uint8Array {
  return keccak256(Uint8Array.of(0x19, 0x01), domainSeparator, hashStruct(types, primaryType, message))
}

/** H(H(type) || encoded fields). */
export function hashStruct(types: TypedDataTypes, name: string, value: TypedDataStruct): Uint8Array {
  const fields = types[name]!.map((field) => encodeField(types, field.type, value[field.name]!))
  return keccak256(keccak256(utf8(encodeType(types, name))), ...fields)
}

/** The struct's signature followed by those of the structs it refers to, in order of name. */
function encodeType(types: TypedDataTypes, name: string): string {
  const referred = new Set<string>()
  collectReferred(types, name, referred)
  referred.delete(name)
  return [name, ...[...referred].sort()].map((struct) => structSignature(types, struct)).join('')
}

function collectReferred(types: TypedDataTypes, name: string, found: Set<string>): void {
  if (found.has(name) || types[name] === undefined) return
  found.add(name)
  for (const { type } of types[name]) collectReferred(types, itemType(type), found)
}

function structSignature(types: TypedDataTypes, name: string): string {
  return `${name}(${types[name]!.map((field) => `${field.type} ${field.name}`).join(',')})`
}

function itemType(type: string): string {
  return type.endsWith('[]') ? type.slice(0, -2) : type
}

/** 32 bytes. */
function encodeField(types: TypedDataTypes, type: string, value: TypedDataValue): Uint8Array {
  if (type.endsWith('[]')) {
    const items = (value as readonly TypedDataStruct[]).map((item) => hashStruct(types, itemType(type), item))
    return keccak256(concatBytes(...items))
  }
  if (types[type] !== undefined) return hashStruct(types, type, value as TypedDataStruct)
  if (type === 'string') return keccak256(utf8(value as string))
  if (type === 'bytes') return keccak256(fromHex(value as string))
  if (type === 'bytes32') return fromHex(value as string, 32)
  if (type === 'bool') return bigintToBytes(value === true ? 1n : 0n, 32)
  if (type === 'address') return bigintToBytes(BigInt(value as string), 32)
  if (type.startsWith('uint')) return bigintToBytes(BigInt(value as number | bigint), 32)
  throw new RangeError(`no encoding for the type ${type}`)
}
