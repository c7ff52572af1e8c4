/** What Solidity puts into the output of a call that reverts. */

import { toHex } from '../primitives/bytes.ts'

/** Selector of Error(string). */
const ERROR_STRING = '0x08c379a0'
const TEXT_AT = 68

/** The text of Error(string), if the output is one. */
export function revertReason(output: Uint8Array): string | null {
  if (output.length < TEXT_AT || toHex(output.subarray(0, 4)) !== ERROR_STRING) return null
  const length = Number(BigInt(toHex(output.subarray(36, TEXT_AT))))
  if (!(length <= output.length - TEXT_AT)) return null
  return new TextDecoder().decode(output.subarray(TEXT_AT, TEXT_AT + length))
}
