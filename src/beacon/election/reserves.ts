/**
 * What becomes of a committee when one of its members is expelled: the next reserve takes the seat. Each replacement is kept, so that the order
 * of the draw can be told from what became of it, and be proven.
 */

export interface Replacement {
  readonly seat: number
  /** Who held it before. */
  readonly validator: number
}

export interface Places {
  /** Validator indices in seat order. */
  readonly seats: readonly number[]
  /** The reserves, next one first. */
  readonly standby: readonly number[]
  /** In the order in which they happened. */
  readonly replaced: readonly Replacement[]
}

/** Whether somebody expelled has a seat that somebody else could take. */
export function hasVacancy({ seats, standby }: Places, isExpelled: (validator: number) => boolean): boolean {
  return seats.some(isExpelled) && !standby.every(isExpelled)
}

/** A reserve that was expelled itself is passed over, by taking the seat and losing it. Without a reserve that may serve the seat stays. */
export function fillVacancies(places: Places, isExpelled: (validator: number) => boolean): Places {
  const seats = [...places.seats]
  const standby = [...places.standby]
  const replaced = [...places.replaced]
  for (const seat of seats.keys()) {
    while (isExpelled(seats[seat]!) && !standby.every(isExpelled)) {
      replaced.push({ seat, validator: seats[seat]! })
      seats[seat] = standby.shift()!
    }
  }
  return { seats, standby, replaced }
}

/** As the draw had it: the seats, and the reserves behind them. */
export function drawnOrder({ seats, standby, replaced }: Places): number[] {
  const before = [...seats]
  const reserves = [...standby]
  for (const { seat, validator } of replaced.toReversed()) {
    reserves.unshift(before[seat]!)
    before[seat] = validator
  }
  return [...before, ...reserves]
}
