/** Token amounts (18 decimals) as people write them. */

import { defineError } from '../errors/beacon-error.ts'

const DECIMALS = 18

export const AMOUNT_INVALID = defineError<{ text: string }>({
  code: 'C107',
  name: 'AMOUNT_INVALID',
  kind: 'user',
  message: ({ text }) => `'${text}' is no amount of tokens`,
  hint: () => 'write it in tokens, with a point if need be: 32000 or 0.5',
})

/** Wei of "32000" or "0.5". */
export function parseTokens(text: string): bigint {
  const match = /^(\d{1,18})(?:\.(\d{1,18}))?$/.exec(text)
  if (match === null) throw AMOUNT_INVALID({ text })
  const [, whole, fraction = ''] = match
  return BigInt(whole! + fraction.padEnd(DECIMALS, '0'))
}

/** "32000" or "0.5" of wei. */
export function formatTokens(wei: bigint | string): string {
  const digits = BigInt(wei)
    .toString()
    .padStart(DECIMALS + 1, '0')
  const whole = digits.slice(0, -DECIMALS)
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, '')
  return fraction === '' ? whole : `${whole}.${fraction}`
}
