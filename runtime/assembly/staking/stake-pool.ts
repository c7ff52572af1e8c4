/** A pool of stake: tokens that belong together to all who hold shares of it. Rounding always leaves the odd wei with the pool. */

import { ByteReader, ByteWriter } from '../primitives/codec'
import { lower, U256 } from '../primitives/uint'

export class StakePool {
  static readonly EMPTY: StakePool = new StakePool(U256.ZERO, U256.ZERO)

  constructor(
    readonly tokens: U256,
    readonly shares: U256,
  ) {}

  plus(tokens: U256, shares: U256): StakePool {
    return new StakePool(this.tokens + tokens, this.shares + shares)
  }

  minus(tokens: U256, shares: U256): StakePool {
    return new StakePool(this.tokens - tokens, this.shares - shares)
  }
}

export class Fraction {
  constructor(
    readonly numerator: U256,
    readonly denominator: U256,
  ) {}
}

/** What the pool's encoding has room for. */
const SHARES_BITS = 128

/** What no pool can have as shares: stands for the twin's null. */
export const NO_SHARES: U256 = new U256(u64.MAX_VALUE, u64.MAX_VALUE, u64.MAX_VALUE, u64.MAX_VALUE)

/** NO_SHARES if the pool has lost everything, or shares have become so cheap that their number would not fit. */
export function sharesFor(pool: StakePool, deposit: U256): U256 {
  if (pool.shares.isZero) return deposit
  if (pool.tokens.isZero) return NO_SHARES
  const issued = (deposit * pool.shares) / pool.tokens
  return issued.isZero || (pool.shares + issued).bitLength > SHARES_BITS ? NO_SHARES : issued
}

/** What `shares` of the pool are worth. */
export function tokensFor(pool: StakePool, shares: U256): U256 {
  return pool.shares.isZero ? U256.ZERO : (shares * pool.tokens) / pool.shares
}

/** The shares that have to be given up for `tokens`, rounded up. */
export function sharesWorth(pool: StakePool, tokens: U256): U256 {
  return pool.tokens.isZero ? pool.shares : divideUp(tokens * pool.shares, pool.tokens)
}

/** Of an amount, rounded up: nobody is let off for having little. Never more than the amount. */
export function fractionOf(amount: U256, fraction: Fraction): U256 {
  return lower(divideUp(amount * fraction.numerator, fraction.denominator), amount)
}

export function downFractionOf(amount: U256, fraction: Fraction): U256 {
  return lower((amount * fraction.numerator) / fraction.denominator, amount)
}

export function writePool(writer: ByteWriter, pool: StakePool): ByteWriter {
  return writer.u128(pool.tokens).u128(pool.shares)
}

export function readPool(reader: ByteReader): StakePool {
  const tokens = reader.u128()
  return new StakePool(tokens, reader.u128())
}

function divideUp(dividend: U256, divisor: U256): U256 {
  return (dividend + divisor - U256.ONE) / divisor
}
