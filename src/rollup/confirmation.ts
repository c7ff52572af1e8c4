/**
 * Soft confirmations: that two thirds of a rollup's elected committee executed a block and signed it, with all that is needed to check
 * that, and optionally that a transaction is in it. Self-contained: who holds the committee (proven by the Beacon Layer) needs no node,
 * clock or trust to verify one. Verification is pure and runs on any signature scheme.
 */

import type { Committee } from '../consensus/committee.ts'
import { type Header, headerDigest } from '../consensus/header.ts'
import { type Certificate, seatsOf, verifyCertificate } from '../consensus/vote.ts'
import { concatBytes, equalBytes, fromHex, type Hex } from '../primitives/bytes.ts'
import { DecodeError } from '../primitives/codec.ts'
import { keccakHex } from '../primitives/hash.ts'
import { instanceKey } from '../primitives/ids.ts'
import type { SignatureScheme } from '../primitives/signatures.ts'
import { verifyProof } from '../state/proof.ts'
import { orderedKey } from '../state/trie.ts'
import { decodeEthereumHeader, type EthereumHeader, ethereumHash } from './header.ts'

export interface SoftConfirmation {
  /** The rollup's EIP-155 chain id; informative: what binds is the committee's domain. */
  readonly chainId: number
  /** Of the confirmed block. */
  readonly header: Header
  /** RLP. Its hash is `block.hash` in eth_* answers. */
  readonly ethereumHeader: Uint8Array
  /** Encoded; with the Ethereum header it makes up the payload root. */
  readonly justification: Uint8Array
  /** From the block's child to the block that the certificate is of; empty if it is of the block itself. */
  readonly descendants: readonly Header[]
  /** F. */
  readonly certificate: Certificate
  readonly transaction: TransactionInclusion | null
}

export interface TransactionInclusion {
  readonly index: number
  /** As signed. */
  readonly raw: Uint8Array
  /** From the Ethereum header's transactions root. */
  readonly proof: readonly Uint8Array[]
}

/** Consensus headers in one confirmation; a commit never covers more blocks without a certificate. */
export const DESCENDANTS_MAX = 1_024

export type ConfirmationFlaw =
  | 'other-instance'
  | 'payload-root'
  | 'malformed-ethereum-header'
  | 'headers-disagree'
  | 'broken-chain'
  | 'not-certified'
  | 'malformed-bitmap'
  | 'no-quorum-or-bad-signature'
  | 'transaction-not-included'

export type Verdict =
  | {
      readonly ok: true
      /** Of the Ethereum header. */
      readonly blockHash: Hex
      readonly digest: Hex
      /** Seats that signed. */
      readonly signers: readonly number[]
      /** Hash of the transaction that is proven to be in the block, if one was shown. */
      readonly transaction: Hex | null
    }
  | { readonly ok: false; readonly flaw: ConfirmationFlaw }

/** Whether `confirmation` holds under `committee`, which the caller trusts for the instance that the confirmation names. */
export function verifyConfirmation(
  confirmation: SoftConfirmation,
  committee: Committee,
  scheme: SignatureScheme,
): Verdict {
  const { header, certificate, transaction } = confirmation
  const flaw = headersFlaw(confirmation, committee) ?? certificateFlaw(confirmation, committee, scheme)
  if (flaw !== null) return { ok: false, flaw }
  const ethereum = decodeEthereumHeader(confirmation.ethereumHeader)
  if (transaction !== null && !isIncluded(transaction, ethereum)) {
    return { ok: false, flaw: 'transaction-not-included' }
  }
  return {
    ok: true,
    blockHash: ethereumHash(confirmation.ethereumHeader),
    digest: headerDigest(header),
    signers: seatsOf(certificate.bitmap, committee.members.length)!,
    transaction: transaction === null ? null : keccakHex(transaction.raw),
  }
}

/** The payload root ties the Ethereum header to the consensus header; the fields that both have must agree. */
function headersFlaw(
  { header, ethereumHeader, justification }: SoftConfirmation,
  committee: Committee,
): ConfirmationFlaw | null {
  if (instanceKey(header.instance) !== instanceKey(committee.instance)) return 'other-instance'
  if (keccakHex(concatBytes(ethereumHeader, justification)) !== header.payloadRoot) return 'payload-root'
  let ethereum: EthereumHeader
  try {
    ethereum = decodeEthereumHeader(ethereumHeader)
  } catch (cause) {
    if (cause instanceof DecodeError) return 'malformed-ethereum-header'
    throw cause
  }
  const agree =
    ethereum.stateRoot === header.stateRoot &&
    ethereum.number === header.height &&
    ethereum.timestamp === Math.floor(header.time / 1000) &&
    ethereum.parentBeaconBlockRoot === header.beaconRef.hash
  return agree ? null : 'headers-disagree'
}

/** A certificate of a descendant covers the block, if every header on the way names the one before as its parent. */
function certificateFlaw(
  { header, descendants, certificate }: SoftConfirmation,
  committee: Committee,
  scheme: SignatureScheme,
): ConfirmationFlaw | null {
  let digest = headerDigest(header)
  let height: number = header.height
  for (const descendant of descendants) {
    height++
    const follows = descendant.parent === digest && descendant.height === height
    if (!follows || instanceKey(descendant.instance) !== instanceKey(header.instance)) return 'broken-chain'
    digest = headerDigest(descendant)
  }
  if (certificate.kind !== 'F' || certificate.digest !== digest) return 'not-certified'
  if (seatsOf(certificate.bitmap, committee.members.length) === null) return 'malformed-bitmap'
  return verifyCertificate(committee, scheme, certificate) ? null : 'no-quorum-or-bad-signature'
}

function isIncluded({ index, raw, proof }: TransactionInclusion, header: EthereumHeader): boolean {
  try {
    const value = verifyProof(fromHex(header.transactionsRoot), orderedKey(index), proof)
    return value !== null && equalBytes(value, raw)
  } catch (cause) {
    if (cause instanceof DecodeError) return false
    throw cause
  }
}
