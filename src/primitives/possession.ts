/**
 * Proof that the owner of an account holds a vote key: without it, a key made from others' keys could forge aggregates. It has more
 * bytes than the hashes that votes sign, so neither can be taken for the other.
 */

import type { Hex } from './bytes.ts'
import { ByteWriter } from './codec.ts'
import { PUBLIC_KEY_BYTES, type SignatureScheme, type VoteSigner } from './signatures.ts'

export interface Possession {
  /** Vote key, 48 B. */
  readonly publicKey: Uint8Array
  /** Whoever registers the key. */
  readonly account: Hex
  /** The Beacon Layer's chain id. */
  readonly chainId: number
}

/** What a proof signs: vote key || account || chain id. */
function possessionMessage({ publicKey, account, chainId }: Possession): Uint8Array {
  if (publicKey.length !== PUBLIC_KEY_BYTES) throw new RangeError(`a vote key has ${PUBLIC_KEY_BYTES} bytes`)
  return new ByteWriter().raw(publicKey).hex(account, 20).u64(chainId).finish()
}

/** The proof, 192 B. */
export function provePossession(signer: VoteSigner, account: Hex, chainId: number): Uint8Array {
  return signer.sign(possessionMessage({ publicKey: signer.publicKey, account, chainId }))
}

export function verifyPossession(
  scheme: SignatureScheme,
  possession: Possession,
  proof: Uint8Array,
): boolean {
  if (possession.publicKey.length !== PUBLIC_KEY_BYTES) return false
  return scheme.verify(possession.publicKey, possessionMessage(possession), proof)
}
