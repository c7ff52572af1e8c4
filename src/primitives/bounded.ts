/**
 * Schemas with bounds on length, for JSON from strangers. Zod's own `min` and `max` ask a value for its `length` whatever it is, and throw
 * a TypeError if an object in its place gives one that is no number; these look at strings and lists only.
 */

import * as z from 'zod'

/** A list of `item`, at most so many. */
export function listOf<Item extends z.ZodType>(item: Item, countMax: number) {
  return z.array(item).refine((items) => items.length <= countMax, `expected at most ${countMax} entries`)
}

export const nonEmptyText = z.string().refine((text) => text !== '', 'expected a text that is not empty')
