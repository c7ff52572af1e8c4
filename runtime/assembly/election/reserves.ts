/** What becomes of a committee when one of its members is expelled: the next reserve takes the seat. */

import { ByteReader, ByteWriter } from '../primitives/codec'

const PLACES_MAX = 0xffff

export class Replacement {
  constructor(
    readonly seat: i64,
    /** Who held it before. */
    readonly validator: i64,
  ) {}
}

export class Places {
  constructor(
    /** Validator indices in seat order. */
    readonly seats: i64[],
    /** The reserves, next one first. */
    readonly standby: i64[],
    /** In the order in which they happened. */
    readonly replaced: Replacement[],
  ) {}
}

/** Whether somebody expelled has a seat that somebody else could take. */
export function hasVacancy(places: Places, expelled: Set<i64>): bool {
  if (areAll(places.standby, expelled)) return false
  for (let i = 0; i < places.seats.length; i++) if (expelled.has(places.seats[i])) return true
  return false
}

/** A reserve that was expelled itself is passed over, by taking the seat and losing it. Without a reserve that may serve the seat stays. */
export function fillVacancies(places: Places, expelled: Set<i64>): Places {
  const seats = places.seats.slice()
  const standby = places.standby.slice()
  const replaced = places.replaced.slice()
  for (let seat = 0; seat < seats.length; seat++) {
    while (expelled.has(seats[seat]) && !areAll(standby, expelled)) {
      replaced.push(new Replacement(seat, seats[seat]))
      seats[seat] = standby.shift()
    }
  }
  return new Places(seats, standby, replaced)
}

export function writePlaces(writer: ByteWriter, places: Places): ByteWriter {
  writeIndices(writer, places.seats)
  writeIndices(writer, places.standby)
  writer.u16(places.replaced.length)
  for (let i = 0; i < places.replaced.length; i++) {
    writer.u16(places.replaced[i].seat).u16(places.replaced[i].validator)
  }
  return writer
}

export function readPlaces(reader: ByteReader): Places {
  const seats = readIndices(reader)
  const standby = readIndices(reader)
  const replaced: Replacement[] = []
  const count = reader.count(PLACES_MAX)
  for (let i = 0; i < count; i++) {
    const seat = reader.u16()
    replaced.push(new Replacement(seat, reader.u16()))
  }
  return new Places(seats, standby, replaced)
}

function writeIndices(writer: ByteWriter, indices: i64[]): void {
  writer.u16(indices.length)
  for (let i = 0; i < indices.length; i++) writer.u16(indices[i])
}

function readIndices(reader: ByteReader): i64[] {
  const indices: i64[] = []
  const count = reader.count(PLACES_MAX)
  for (let i = 0; i < count; i++) indices.push(reader.u16())
  return indices
}

function areAll(validators: i64[], expelled: Set<i64>): bool {
  for (let i = 0; i < validators.length; i++) if (!expelled.has(validators[i])) return false
  return true
}
