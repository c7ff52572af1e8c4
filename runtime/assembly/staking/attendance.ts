/** Who took part lately, and the rewards for it that are still to be credited. */

import { ByteReader, ByteWriter } from '../primitives/codec'
import { U256 } from '../primitives/uint'

/** Counted blocks that are looked back on. */
const ATTENDANCE_WINDOW: i64 = 100
/** Of a full window; whoever signed fewer is jailed. */
const ATTENDANCE_MIN: i32 = 50
const BITMAP_BYTES = 13
const PRESENCES_MAX = 0xffff

/** Changed on a copy only. */
export class Presence {
  /** Blocks counted since it began to serve, up to the window. */
  counted: i64 = 0
  /** Of the next block in the ring. */
  cursor: i64 = 0
  /** A bit for each block of the ring: set if it signed. */
  ring: Uint8Array = new Uint8Array(BITMAP_BYTES)
  /** Rewards not yet credited, in wei. */
  pending: U256 = U256.ZERO

  constructor(readonly validator: i64) {}

  withPending(pending: U256): Presence {
    const copy = new Presence(this.validator)
    copy.counted = this.counted
    copy.cursor = this.cursor
    copy.ring = this.ring
    copy.pending = pending
    return copy
  }
}

export class Attendance {
  constructor(
    /** The last block that is counted; 0 if none is. */
    readonly countedUpTo: i64,
    /** By ascending validator. */
    readonly presences: Presence[],
  ) {}
}

/** After one more block. */
export function attend(presence: Presence, isPresent: bool, reward: U256): Presence {
  const next = presence.withPending(presence.pending + reward)
  const ring = presence.ring.slice()
  const byte = <i32>(presence.cursor >> 3)
  const mask: u8 = <u8>1 << (<u8>presence.cursor & 7)
  ring[byte] = isPresent ? ring[byte] | mask : ring[byte] & ~mask
  next.ring = ring
  next.counted = min(presence.counted + 1, ATTENDANCE_WINDOW)
  next.cursor = (presence.cursor + 1) % ATTENDANCE_WINDOW
  return next
}

export function isTooAbsent(presence: Presence): bool {
  return presence.counted == ATTENDANCE_WINDOW && blocksAttended(presence) < ATTENDANCE_MIN
}

export function writeAttendance(writer: ByteWriter, attendance: Attendance): ByteWriter {
  const presences = attendance.presences
  writer.u64(attendance.countedUpTo).u16(presences.length)
  for (let i = 0; i < presences.length; i++) {
    const presence = presences[i]
    writer
      .u32(presence.validator)
      .u8(presence.counted)
      .u8(presence.cursor)
      .raw(presence.ring)
      .u128(presence.pending)
  }
  return writer
}

export function readAttendance(reader: ByteReader): Attendance {
  const countedUpTo = reader.u64()
  const presences: Presence[] = []
  const count = reader.count(PRESENCES_MAX)
  for (let i = 0; i < count; i++) {
    const presence = new Presence(reader.u32())
    presence.counted = reader.u8()
    presence.cursor = reader.u8()
    presence.ring = reader.raw(BITMAP_BYTES)
    presence.pending = reader.u128()
    presences.push(presence)
  }
  return new Attendance(countedUpTo, presences)
}

function blocksAttended(presence: Presence): i32 {
  let attended = 0
  for (let i = 0; i < BITMAP_BYTES; i++) attended += popcnt<i32>(presence.ring[i])
  return attended
}
