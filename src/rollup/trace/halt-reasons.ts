/** Why calls failed, in the words of geth, which explorers look for. */

import { opcodeName } from './opcode-names.ts'

const WORDS: Readonly<Record<string, string>> = {
  revert: 'execution reverted',
  'stack overflow': 'stack limit reached 1024 (1024)',
  'invalid JUMP': 'invalid jump destination',
  'value out of range': 'return data out of bounds',
  'static state change': 'write protection',
  'create collision': 'contract address collision',
  'code size to deposit exceeds maximum code size': 'max code size exceeded',
  'invalid bytecode deployed': 'invalid code: must not begin with 0xef',
  'code store out of gas': 'contract creation code storage out of gas',
  'insufficient balance': 'insufficient balance for transfer',
  'initcode exceeds max initcode size': 'max initcode size exceeded',
}

/** `error` is a VM's, `lastOpcode` the one that it happened at. */
export function haltReason(error: string, lastOpcode: number): string {
  if (error === 'invalid opcode') return `invalid opcode: ${opcodeName(lastOpcode)}`
  return WORDS[error] ?? error
}
