/**
 * Who took part lately: for each validator, which of the last hundred counted Beacon blocks it signed, and the rewards for it that are still to
 * be credited. A block is counted once a later one brings in a certificate of it.
 */

import type { ByteReader, ByteWriter } from '../../primitives/codec.ts'
import { type Height, height } from '../../primitives/ids.ts'

/** Counted blocks that are looked back on. */
export const ATTENDANCE_WINDOW = 100
/** Of a full window; whoever signed fewer is jailed. */
export const ATTENDANCE_MIN = 50
const BITMAP_BYTES = Math.ceil(ATTENDANCE_WINDOW / 8)

export interface Presence {
  readonly validator: number
  /** Blocks counted since it began to serve, up to the window. */
  readonly counted: number
  /** Of the next block in the ring. */
  readonly cursor: number
  /** A bit for each block of the ring: set if it signed. */
  readonly ring: Uint8Array
  /** Rewards not yet credited, in wei. */
  readonly pending: bigint
}

export interface Attendance {
  /** The last block that is counted; 0 if none is. */
  readonly countedUpTo: Height
  /** By ascending validator. */
  readonly presences: readonly Presence[]
}

export function newPresence(validator: number): Presence {
  return { validator, counted: 0, cursor: 0, ring: new Uint8Array(BITMAP_BYTES), pending: 0n }
}

/** After one more block. */
export function attend(presence: Presence, isPresent: boolean, reward: bigint): Presence {
  const { counted, cursor, pending } = presence
  const ring = presence.ring.slice()
  const mask = 1 << (cursor & 7)
  if (isPresent) ring[cursor >> 3]! |= mask
  else ring[cursor >> 3]! &= ~mask
  return {
    ...presence,
    counted: Math.min(counted + 1, ATTENDANCE_WINDOW),
    cursor: (cursor + 1) % ATTENDANCE_WINDOW,
    ring,
    pending: pending + reward,
  }
}

/** Of the last {@link ATTENDANCE_WINDOW} counted blocks, those that it signed. */
export function blocksAttended({ ring }: Presence): number {
  let attended = 0
  for (const byte of ring) for (let bits = byte; bits !== 0; bits &= bits - 1) attended++
  return attended
}

/** How many of the latest counted blocks it didn't sign, up to one that it did. */
export function blocksMissedInARow({ counted, cursor, ring }: Presence): number {
  let missed = 0
  while (missed < counted) {
    const place = (cursor - 1 - missed + ATTENDANCE_WINDOW) % ATTENDANCE_WINDOW
    if ((ring[place >> 3]! & (1 << (place & 7))) !== 0) break
    missed++
  }
  return missed
}

export function isTooAbsent(presence: Presence): boolean {
  return presence.counted === ATTENDANCE_WINDOW && blocksAttended(presence) < ATTENDANCE_MIN
}

export function writeAttendance(writer: ByteWriter, { countedUpTo, presences }: Attendance): ByteWriter {
  return writer
    .u64(countedUpTo)
    .list(presences, (to, { validator, counted, cursor, ring, pending }) =>
      to.u32(validator).u8(counted).u8(cursor).raw(ring).u128(pending),
    )
}

export function readAttendance(reader: ByteReader): Attendance {
  return {
    countedUpTo: height(reader.u64()),
    presences: reader.list(0xffff, (from) => ({
      validator: from.u32(),
      counted: from.u8(),
      cursor: from.u8(),
      ring: from.raw(BITMAP_BYTES),
      pending: from.u128(),
    })),
  }
}
