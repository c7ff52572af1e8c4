/** Proof that the owner of an account holds a vote key. */

import * as host from '../host'
import { ByteWriter } from './codec'

/** Of a key of 48 B: vote key || account || chain id is what was signed. */
export function verifyPossession(publicKey: Uint8Array, account: string, chainId: i64, proof: Uint8Array): bool {
  const message = new ByteWriter().raw(publicKey).hex(account, 20).u64(chainId).finish()
  return host.verify(publicKey, message, proof)
}
