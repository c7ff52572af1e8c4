/** What offences cost, and who gets it; in whole units of the Beacon token. */

import { readInstance, writeInstance } from '../../consensus/header.ts'
import type { Hex } from '../../primitives/bytes.ts'
import type { ByteReader, ByteWriter } from '../../primitives/codec.ts'
import { BEACON, type Epoch, epoch, type Instance, instanceKey } from '../../primitives/ids.ts'
import type { Fraction } from './stake-pool.ts'

/** Of a stake, for two votes that exclude each other, at once. */
export const EQUIVOCATION: Fraction = { numerator: 1n, denominator: 20n }
/** Of a stake, for being absent from most of the last blocks. */
export const DOWNTIME: Fraction = { numerator: 1n, denominator: 10_000n }
/** By how much the share of those who offended at about the same time is multiplied: a third of all loses everything. */
const CORRELATION = 3n
/** Sixteenths of what is taken: for whoever brought the evidence into a block, and for those whom a rollup's committee has harmed. */
const SIXTEENTHS = 16n
const REPORTER_SIXTEENTHS = 1n
const INSURANCE_SIXTEENTHS = 3n

export interface Slash {
  /** Taken from the stake, from what was leaving it, and from what had moved elsewhere. */
  readonly amount: bigint
  /** The part of it that the reporter gets... */
  readonly reward: bigint
  /** ...and the part for the rollup's insurance; the rest is burned. */
  readonly insurance: bigint
}

/** Somebody expelled, and what is still to be taken from it. */
export interface Conviction {
  readonly validator: number
  /** Where it offended. */
  readonly instance: Instance
  readonly tombstonedIn: Epoch
  /** Among the Beacon Layer's voters of the offence's epoch. */
  readonly weight: bigint
  readonly reporter: Hex
  /** Whether the later penalty has been taken. */
  readonly isSettled: boolean
}

/** A slash that stake which has moved elsewhere answers for. */
export interface PastSlash {
  /** Epoch of the offence. */
  readonly offendedIn: Epoch
  readonly fraction: Fraction
}

export function divideSlash(amount: bigint, instance: Instance): Slash {
  return {
    amount,
    reward: (amount * REPORTER_SIXTEENTHS) / SIXTEENTHS,
    insurance: instance.rollup === BEACON ? 0n : (amount * INSURANCE_SIXTEENTHS) / SIXTEENTHS,
  }
}

/** Half of the time that a stake takes to be free. */
export function penaltyDueIn({ tombstonedIn }: Conviction, unbondEpochs: number): Epoch {
  return epoch(tombstonedIn + Math.floor(unbondEpochs / 2))
}

/**
 * What is taken later: the more who offended at about the same time, the more. Of the Beacon Layer by weight; of a rollup's committee by its
 * seats, for there each has one vote. `members` is the size of the committee, `totalWeight` that of the Beacon Layer's voters.
 */
export function correlatedFraction(
  conviction: Conviction,
  all: readonly Conviction[],
  unbondEpochs: number,
  { members, totalWeight }: { readonly members: number; readonly totalWeight: bigint },
): Fraction {
  const near = all.filter(
    ({ tombstonedIn }) => Math.abs(tombstonedIn - conviction.tombstonedIn) <= Math.floor(unbondEpochs / 2),
  )
  if (conviction.instance.rollup === BEACON) {
    const weight = near.reduce((sum, one) => sum + one.weight, 0n)
    return { numerator: CORRELATION * weight, denominator: totalWeight }
  }
  const key = instanceKey(conviction.instance)
  const seats = near.filter(({ instance }) => instanceKey(instance) === key).length
  return { numerator: CORRELATION * BigInt(seats), denominator: BigInt(members) }
}

export function writeConvictions(writer: ByteWriter, convictions: readonly Conviction[]): ByteWriter {
  return writer.list(convictions, (to, { validator, instance, tombstonedIn, weight, reporter, isSettled }) =>
    writeInstance(to.u32(validator), instance)
      .u32(tombstonedIn)
      .u128(weight)
      .hex(reporter, 20)
      .flag(isSettled),
  )
}

export function readConvictions(reader: ByteReader): Conviction[] {
  return reader.list(0xffff, (from) => ({
    validator: from.u32(),
    instance: readInstance(from),
    tombstonedIn: epoch(from.u32()),
    weight: from.u128(),
    reporter: from.hex(20),
    isSettled: from.flag(),
  }))
}

export function writePastSlashes(writer: ByteWriter, slashes: readonly PastSlash[]): ByteWriter {
  return writer.list(slashes, (to, { offendedIn, fraction }) =>
    to.u32(offendedIn).u128(fraction.numerator).u128(fraction.denominator),
  )
}

export function readPastSlashes(reader: ByteReader): PastSlash[] {
  return reader.list(0xffff, (from) => ({
    offendedIn: epoch(from.u32()),
    fraction: { numerator: from.u128(), denominator: from.u128() },
  }))
}
