/**
 * Soft confirmations as JSON: what soft_getConfirmation answers and a file on a user's disk holds. What is checked is the encoded
 * members; the others are for people, and reading refuses a text in which they say anything else.
 */

import { isDeepStrictEqual } from 'node:util'
import { encodeHeader, headerDigest, readHeader } from '../consensus/header.ts'
import { readCertificate, writeCertificate } from '../consensus/vote.ts'
import { fromHex, type Hex, toHex } from '../primitives/bytes.ts'
import { ByteWriter, DecodeError, decodeExactly } from '../primitives/codec.ts'
import { keccakHex } from '../primitives/hash.ts'
import { PROOF_NODES_MAX } from '../state/proof.ts'
import { DESCENDANTS_MAX, type SoftConfirmation } from './confirmation.ts'
import { ethereumHash } from './header.ts'

export interface ConfirmationJson {
  readonly version: 1
  readonly chainId: number
  /** For people: what the encoded members say. */
  readonly block: {
    readonly number: number
    readonly hash: Hex
    readonly digest: Hex
    readonly stateRoot: Hex
    /** Unix ms. */
    readonly time: number
    readonly rollup: number
    readonly epoch: number
    readonly sub: number
    readonly view: number
    readonly beacon: { readonly height: number; readonly hash: Hex }
  }
  readonly header: Hex
  readonly ethereumHeader: Hex
  readonly justification: Hex
  readonly descendants: readonly Hex[]
  readonly certificate: Hex
  readonly transaction: {
    readonly hash: Hex
    readonly index: number
    readonly raw: Hex
    readonly proof: readonly Hex[]
  } | null
}

export function confirmationToJson(confirmation: SoftConfirmation): ConfirmationJson {
  const { header, transaction } = confirmation
  return {
    version: 1,
    chainId: confirmation.chainId,
    block: {
      number: header.height,
      hash: ethereumHash(confirmation.ethereumHeader),
      digest: headerDigest(header),
      stateRoot: header.stateRoot,
      time: header.time,
      rollup: header.instance.rollup,
      epoch: header.instance.epoch,
      sub: header.instance.sub,
      view: header.view,
      beacon: { height: header.beaconRef.height, hash: header.beaconRef.hash },
    },
    header: toHex(encodeHeader(header)),
    ethereumHeader: toHex(confirmation.ethereumHeader),
    justification: toHex(confirmation.justification),
    descendants: confirmation.descendants.map((descendant) => toHex(encodeHeader(descendant))),
    certificate: toHex(writeCertificate(new ByteWriter(), confirmation.certificate).finish()),
    transaction:
      transaction === null
        ? null
        : {
            hash: keccakHex(transaction.raw),
            index: transaction.index,
            raw: toHex(transaction.raw),
            proof: transaction.proof.map(toHex),
          },
  }
}

/** Of parsed JSON from anywhere. Throws DecodeError and nothing else; says nothing about validity: verifyConfirmation does. */
export function confirmationFromJson(value: unknown): SoftConfirmation {
  const json = record(value)
  if (json.version !== 1) throw new DecodeError('not a soft confirmation of version 1')
  const confirmation: SoftConfirmation = {
    chainId: integer(json.chainId),
    header: decodeExactly(bytes(json.header), readHeader),
    ethereumHeader: bytes(json.ethereumHeader),
    justification: bytes(json.justification),
    descendants: list(json.descendants, DESCENDANTS_MAX).map((item) =>
      decodeExactly(bytes(item), readHeader),
    ),
    certificate: decodeExactly(bytes(json.certificate), readCertificate),
    transaction: json.transaction === null ? null : readTransaction(record(json.transaction)),
  }
  if (!isDeepStrictEqual(confirmationToJson(confirmation), value)) {
    throw new DecodeError('a readable member disagrees with the encoded ones')
  }
  return confirmation
}

function readTransaction(json: Record<string, unknown>) {
  return {
    index: integer(json.index),
    raw: bytes(json.raw),
    proof: list(json.proof, PROOF_NODES_MAX).map(bytes),
  }
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new DecodeError('expected an object')
  return value as Record<string, unknown>
}

function list(value: unknown, countMax: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > countMax) {
    throw new DecodeError(`expected a list of at most ${countMax}`)
  }
  return value
}

function integer(value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw new DecodeError('expected an unsigned integer')
  return value as number
}

function bytes(value: unknown): Uint8Array {
  if (typeof value !== 'string') throw new DecodeError('expected hexadecimal')
  try {
    return fromHex(value)
  } catch (cause) {
    throw new DecodeError('expected hexadecimal of whole bytes', { cause })
  }
}
