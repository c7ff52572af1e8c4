/** Which addresses are precompiled contracts; the host executes them. */

import { environment } from './environment'
import { lastPrecompile, OSAKA, P256_VERIFY } from './fork'
import { fitsU64, readAddress } from './word/word'

const word = memory.data(32, 8)

/** Of the one at this address (20 B); zero: there is none. */
export function precompileAt(address: usize): i32 {
  if (load<u64>(address) != 0) return 0
  readAddress(word, address)
  if (!fitsU64(word)) return 0
  const number = load<u64>(word)
  if (number <= <u64>lastPrecompile(environment.fork)) return <i32>number
  return environment.fork >= OSAKA && number == <u64>P256_VERIFY ? P256_VERIFY : 0
}
