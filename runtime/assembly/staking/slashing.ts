/** What offences cost, and who gets it; in whole units of the Beacon token. */

import { readInstance, writeInstance } from '../consensus/header'
import { ByteReader, ByteWriter } from '../primitives/codec'
import { BEACON, Instance, isSameInstance } from '../primitives/ids'
import { U256 } from '../primitives/uint'
import { Fraction } from './stake-pool'

/** Of a stake, for two votes that exclude each other, at once. */
export const EQUIVOCATION: Fraction = new Fraction(U256.ONE, U256.of(20))
/** Of a stake, for being absent from most of the last blocks. */
export const DOWNTIME: Fraction = new Fraction(U256.ONE, U256.of(10_000))
/** By how much the share of those who offended at about the same time is multiplied. */
const CORRELATION = U256.of(3)
const SIXTEENTHS = U256.of(16)
const REPORTER_SIXTEENTHS = U256.ONE
const INSURANCE_SIXTEENTHS = U256.of(3)
const LIST_MAX = 0xffff

export class Slash {
  constructor(
    /** Taken from the stake, from what was leaving it, and from what had moved elsewhere. */
    readonly amount: U256,
    /** The part of it that the reporter gets... */
    readonly reward: U256,
    /** ...and the part for the rollup's insurance; the rest is burned. */
    readonly insurance: U256,
  ) {}
}

/** Somebody expelled, and what is still to be taken from it. */
export class Conviction {
  constructor(
    readonly validator: i64,
    /** Where it offended. */
    readonly instance: Instance,
    readonly tombstonedIn: i64,
    /** Among the Beacon Layer's voters of the offence's epoch. */
    readonly weight: U256,
    readonly reporter: string,
    /** Whether the later penalty has been taken. */
    readonly isSettled: bool,
  ) {}

  settled(): Conviction {
    return new Conviction(this.validator, this.instance, this.tombstonedIn, this.weight, this.reporter, true)
  }
}

/** A slash that stake which has moved elsewhere answers for. */
export class PastSlash {
  constructor(
    readonly offendedIn: i64,
    readonly fraction: Fraction,
  ) {}
}

export function divideSlash(amount: U256, instance: Instance): Slash {
  const reward = (amount * REPORTER_SIXTEENTHS) / SIXTEENTHS
  const insurance = instance.rollup == BEACON ? U256.ZERO : (amount * INSURANCE_SIXTEENTHS) / SIXTEENTHS
  return new Slash(amount, reward, insurance)
}

/** Half of the time that a stake takes to be free. */
export function penaltyDueIn(conviction: Conviction, unbondEpochs: i64): i64 {
  return conviction.tombstonedIn + unbondEpochs / 2
}

/** What is taken later: of the Beacon Layer by weight; of a rollup's committee of `members` by its seats. */
export function correlatedFraction(
  conviction: Conviction,
  all: Conviction[],
  unbondEpochs: i64,
  members: i64,
  totalWeight: U256,
): Fraction {
  let weight = U256.ZERO
  let seats: i64 = 0
  for (let i = 0; i < all.length; i++) {
    const one = all[i]
    if (abs(one.tombstonedIn - conviction.tombstonedIn) > unbondEpochs / 2) continue
    weight = weight + one.weight
    if (isSameInstance(one.instance, conviction.instance)) seats++
  }
  if (conviction.instance.rollup == BEACON) return new Fraction(CORRELATION * weight, totalWeight)
  return new Fraction(CORRELATION * U256.of(seats), U256.of(members))
}

export function writeConvictions(writer: ByteWriter, convictions: Conviction[]): ByteWriter {
  writer.u16(convictions.length)
  for (let i = 0; i < convictions.length; i++) {
    const one = convictions[i]
    writeInstance(writer.u32(one.validator), one.instance)
      .u32(one.tombstonedIn)
      .u128(one.weight)
      .hex(one.reporter, 20)
      .flag(one.isSettled)
  }
  return writer
}

export function readConvictions(reader: ByteReader): Conviction[] {
  const convictions: Conviction[] = []
  const count = reader.count(LIST_MAX)
  for (let i = 0; i < count; i++) {
    const validator = reader.u32()
    const instance = readInstance(reader)
    const tombstonedIn = reader.u32()
    const weight = reader.u128()
    const reporter = reader.hex(20)
    convictions.push(new Conviction(validator, instance, tombstonedIn, weight, reporter, reader.flag()))
  }
  return convictions
}

export function writePastSlashes(writer: ByteWriter, slashes: PastSlash[]): ByteWriter {
  writer.u16(slashes.length)
  for (let i = 0; i < slashes.length; i++) {
    const fraction = slashes[i].fraction
    writer.u32(slashes[i].offendedIn).u128(fraction.numerator).u128(fraction.denominator)
  }
  return writer
}

export function readPastSlashes(reader: ByteReader): PastSlash[] {
  const slashes: PastSlash[] = []
  const count = reader.count(LIST_MAX)
  for (let i = 0; i < count; i++) {
    const offendedIn = reader.u32()
    const numerator = reader.u128()
    slashes.push(new PastSlash(offendedIn, new Fraction(numerator, reader.u128())))
  }
  return slashes
}
