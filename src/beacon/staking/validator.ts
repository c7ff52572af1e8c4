/** Validators as the genesis names them, and as the registry holds them. An index never changes and is never given to another. */

import type { Hex } from '../../primitives/bytes.ts'
import type { ByteReader, ByteWriter } from '../../primitives/codec.ts'
import { type Epoch, epoch } from '../../primitives/ids.ts'
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

export interface RegisteredValidator extends Validator {
  /** What was taken from its stake so far, in wei. */
  readonly slashed: bigint
  /** The epoch in which it was expelled for an offence, for good; null if it wasn't. */
  readonly tombstonedIn: Epoch | null
}

export function register({ account, votePublicKey, networkKey, stake }: Validator): RegisteredValidator {
  return { account, votePublicKey, networkKey, stake, slashed: 0n, tombstonedIn: null }
}

export function writeValidator(writer: ByteWriter, validator: Validator): ByteWriter {
  return writer
    .hex(validator.account, 20)
    .raw(validator.votePublicKey)
    .raw(validator.networkKey)
    .u128(validator.stake)
}

function readValidator(reader: ByteReader): Validator {
  return {
    account: reader.hex(20),
    votePublicKey: reader.raw(PUBLIC_KEY_BYTES),
    networkKey: reader.raw(NETWORK_KEY_BYTES),
    stake: reader.u128(),
  }
}

export function writeRegistered(writer: ByteWriter, validator: RegisteredValidator): ByteWriter {
  const { slashed, tombstonedIn } = validator
  writeValidator(writer, validator).u128(slashed)
  return tombstonedIn === null ? writer.u8(0) : writer.u8(1).u32(tombstonedIn)
}

export function readRegistered(reader: ByteReader): RegisteredValidator {
  return {
    ...readValidator(reader),
    slashed: reader.u128(),
    tombstonedIn: reader.u8() === 0 ? null : epoch(reader.u32()),
  }
}
