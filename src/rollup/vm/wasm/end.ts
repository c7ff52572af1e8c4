/** How a message or a call has ended, by the numbers of evm/assembly/halt.ts, in the words of @ethereumjs/evm, so that users read the same from both VMs. */

import type { ByteReader } from '../../../primitives/codec.ts'

const RETURNED = 0
const REVERTED = 1
const REASONS = [
  'out of gas',
  'stack underflow',
  'stack overflow',
  'invalid opcode',
  'invalid JUMP',
  'value out of range',
  'static state change',
  'create collision',
  'code size to deposit exceeds maximum code size',
  'invalid bytecode deployed',
  'code store out of gas',
  'insufficient balance',
  'precompile failed',
  'initcode exceeds max initcode size',
  'max call depth exceeded',
  'nonce uint64 overflow',
] as const

/** Null if it returned, "revert", or what went wrong. */
export function readEnd(reader: ByteReader): string | null {
  const end = reader.u8()
  const reason = reader.u8()
  if (end === RETURNED) return null
  return end === REVERTED ? 'revert' : reasonOf(reason)
}

function reasonOf(error: number): string {
  const reason = REASONS[error - 1]
  if (reason === undefined) throw new Error(`the EVM gave the unknown error ${error}`)
  return reason
}
