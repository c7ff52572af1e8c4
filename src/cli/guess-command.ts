/** Guesses which command somebody meant who typed one that doesn't exist. */

import { closestTo } from '../primitives/spelling.ts'

/**
 * `typed` is what was typed up to the first option, so it may end in arguments; `commands` are the known ones in words, as in 'rollup create'.
 * Null if none is near.
 */
export function guessCommand(typed: readonly string[], commands: readonly string[]): string | null {
  for (let count = typed.length; count > 0; count--) {
    const asLong = commands.filter((command) => command.split(' ').length === count)
    const meant = closestTo(typed.slice(0, count).join(' '), asLong)
    if (meant !== null) return meant
  }
  return null
}
