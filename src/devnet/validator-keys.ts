/** All keys of a devnet's validators follow from one text, so that the same seed gives the same network. Pure; never for real stakes. */

import { createPrivateKey, createPublicKey } from 'node:crypto'
import type { NodeKeys } from '../config/node-config.ts'
import { createVoteSigner } from '../platform/bls.ts'
import { addressOfPrivateKey } from '../platform/secp256k1.ts'
import { concatBytes, fromHex, type Hex, utf8 } from '../primitives/bytes.ts'
import { ByteWriter } from '../primitives/codec.ts'
import { keccakHex } from '../primitives/hash.ts'
import type { VoteSigner } from '../primitives/signatures.ts'

export interface ValidatorIdentity {
  readonly keys: NodeKeys
  /** Address of its Beacon account. */
  readonly account: Hex
  /** Address that pays for its batches on the L1. */
  readonly poster: Hex
  readonly voteSigner: VoteSigner
  /** Raw Ed25519 public key, 32 B. */
  readonly networkKey: Uint8Array
}

/** DER of an Ed25519 private key up to its 32 bytes (RFC 8410). */
const PKCS8_ED25519 = fromHex('0x302e020100300506032b657004220420')

export function deriveValidator(seed: string, index: number): ValidatorIdentity {
  return identityOf({
    schemaVersion: 1,
    account: deriveKey(seed, 'account', index),
    vote: deriveKey(seed, 'vote', index),
    network: deriveKey(seed, 'network', index),
    poster: deriveKey(seed, 'poster', index),
  })
}

/** What others see of these keys. */
export function identityOf(keys: NodeKeys): ValidatorIdentity {
  return {
    keys,
    account: addressOfPrivateKey(fromHex(keys.account)),
    poster: addressOfPrivateKey(fromHex(keys.poster)),
    voteSigner: createVoteSigner(fromHex(keys.vote)),
    networkKey: networkPublicKey(fromHex(keys.network)),
  }
}

/** 32 bytes for one purpose of one validator. */
export function deriveKey(seed: string, purpose: string, index: number): Hex {
  return keccakHex(utf8('beacon/devnet-key/1'), new ByteWriter().text(seed).text(purpose).u32(index).finish())
}

function networkPublicKey(seed: Uint8Array): Uint8Array {
  const key = Buffer.from(concatBytes(PKCS8_ED25519, seed))
  const { x } = createPublicKey(createPrivateKey({ key, format: 'der', type: 'pkcs8' })).export({
    format: 'jwk',
  })
  return new Uint8Array(Buffer.from(x!, 'base64url'))
}
