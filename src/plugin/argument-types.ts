/** The kinds of values that tasks take, as people type them and as code gives them. */

import { resolve } from 'node:path'
import { parseTokens } from '../cli/amounts.ts'
import { type Hex, isHex } from '../primitives/bytes.ts'

/** What an argument of each type is to its action. */
export interface ArgumentValues {
  string: string
  /** Whole, and exact as a number. */
  int: number
  number: number
  boolean: boolean
  bigint: bigint
  /** Typed in tokens ('0.5'), given in wei. */
  tokens: bigint
  /** 20 bytes of 0x-hex, in lower case. */
  address: Hex
  /** 32 bytes of 0x-hex, in lower case. */
  hash: Hex
  /** Absolute; typed relative to where the command runs. */
  path: string
}

export type ArgumentType = keyof ArgumentValues

export interface ArgumentReader<Value> {
  /** As in "expected a whole number". */
  readonly expected: string
  /** Undefined if the text is none. */
  parse(text: string): Value | undefined
  /** Whether code may give this value. */
  accepts(value: unknown): boolean
}

const isText = (value: unknown) => typeof value === 'string'
const isBigint = (value: unknown) => typeof value === 'bigint'

export const ARGUMENT_READERS: { readonly [Type in ArgumentType]: ArgumentReader<ArgumentValues[Type]> } = {
  string: { expected: 'a text', parse: (text) => text, accepts: isText },
  int: {
    expected: 'a whole number',
    parse: (text) => (/^-?\d{1,16}$/.test(text) ? safeInteger(Number(text)) : undefined),
    accepts: Number.isSafeInteger,
  },
  number: {
    expected: 'a number',
    parse: (text) => (text.trim() === '' || Number.isNaN(Number(text)) ? undefined : Number(text)),
    accepts: (value) => typeof value === 'number' && !Number.isNaN(value),
  },
  boolean: {
    expected: 'true or false',
    parse: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
    accepts: (value) => typeof value === 'boolean',
  },
  bigint: {
    expected: 'a whole number of any size',
    parse: (text) => (/^-?\d{1,80}$/.test(text) ? BigInt(text) : undefined),
    accepts: isBigint,
  },
  tokens: {
    expected: 'an amount of tokens, as in 32000 or 0.5',
    parse: (text) => (/^\d{1,18}(\.\d{1,18})?$/.test(text) ? parseTokens(text) : undefined),
    accepts: isBigint,
  },
  address: hexReader('an address (0x and 40 hexadecimal digits)', 20),
  hash: hexReader('a hash (0x and 64 hexadecimal digits)', 32),
  path: { expected: 'a path', parse: (text) => (text === '' ? undefined : resolve(text)), accepts: isText },
}

function hexReader(expected: string, length: number): ArgumentReader<Hex> {
  return {
    expected,
    parse: (text) => (isHex(text, length) ? (text.toLowerCase() as Hex) : undefined),
    accepts: (value) => isHex(value, length),
  }
}

function safeInteger(value: number): number | undefined {
  return Number.isSafeInteger(value) ? value : undefined
}
