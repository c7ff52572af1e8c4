/** Why a message has halted, by the numbers of evm/assembly/halt.ts, in the words of @ethereumjs/evm, so that users read the same from both VMs. */

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
] as const

export function reasonOf(error: number): string {
  const reason = REASONS[error - 1]
  if (reason === undefined) throw new Error(`the EVM gave the unknown error ${error}`)
  return reason
}
