/**
 * A pool of stake: tokens that belong together to all who hold shares of it. A slash takes tokens from the pool, and so from everybody alike,
 * whoever they are and however many. Rounding always leaves the odd wei with the pool.
 */

import type { ByteReader, ByteWriter } from '../../primitives/codec.ts'

export interface StakePool {
  /** In wei of the Beacon token. */
  readonly tokens: bigint
  readonly shares: bigint
}

export const EMPTY_POOL: StakePool = { tokens: 0n, shares: 0n }

export interface Fraction {
  readonly numerator: bigint
  readonly denominator: bigint
}

/** What the pool's encoding has room for; far more than a supply of 120 bits gives reason to. */
const SHARES_BITS = 128n

/** Null if the pool has lost everything, or shares have become so cheap that their number would not fit. */
export function sharesFor({ tokens, shares }: StakePool, deposit: bigint): bigint | null {
  if (shares === 0n) return deposit
  if (tokens === 0n) return null
  const issued = (deposit * shares) / tokens
  return issued === 0n || (shares + issued) >> SHARES_BITS !== 0n ? null : issued
}

/** What `shares` of the pool are worth. */
export function tokensFor({ tokens, shares: all }: StakePool, shares: bigint): bigint {
  return all === 0n ? 0n : (shares * tokens) / all
}

/** The shares that have to be given up for `tokens`, rounded up. */
export function sharesWorth(pool: StakePool, tokens: bigint): bigint {
  return pool.tokens === 0n ? pool.shares : divideUp(tokens * pool.shares, pool.tokens)
}

/** Of an amount, rounded up: nobody is let off for having little. Never more than the amount. */
export function fractionOf(amount: bigint, { numerator, denominator }: Fraction): bigint {
  const part = divideUp(amount * numerator, denominator)
  if (part > amount) return amount
  return part
}

function divideUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor
}

export function writePool(writer: ByteWriter, { tokens, shares }: StakePool): ByteWriter {
  return writer.u128(tokens).u128(shares)
}

export function readPool(reader: ByteReader): StakePool {
  return { tokens: reader.u128(), shares: reader.u128() }
}
