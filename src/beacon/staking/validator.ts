/** An entry of the validator registry. Its index never changes and is never given to another. */

import type { Hex } from '../../primitives/bytes.ts'
import type { ByteReader, ByteWriter } from '../../primitives/codec.ts'
import { PUBLIC_KEY_BYTES } from '../../primitives/signatures.ts'

/** Bounds the work per epoch and the size of a certificate. */
export const VALIDATORS_MAX = 100
export const NETWORK_KEY_BYTES = 32

export interface Validator {
  /** An Ethereum account: stake and tips belong to it. */
  readonly account: Hex
  /** BLS, 48 B. */
  readonly votePublicKey: Uint8Array
  /** Raw Ed25519, 32 B: who its node is among the peers. */
  readonly networkKey: Uint8Array
  /** In wei of the Beacon token. */
  readonly stake: bigint
}

export function writeValidator(writer: ByteWriter, validator: Validator): ByteWriter {
  return writer
    .hex(validator.account, 20)
    .raw(validator.votePublicKey)
    .raw(validator.networkKey)
    .u128(validator.stake)
}

export function readValidator(reader: ByteReader): Validator {
  return {
    account: reader.hex(20),
    votePublicKey: reader.raw(PUBLIC_KEY_BYTES),
    networkKey: reader.raw(NETWORK_KEY_BYTES),
    stake: reader.u128(),
  }
}
