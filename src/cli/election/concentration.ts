/** In how few hands something is. Shares are of the whole, in any order. */

export interface Concentration {
  /** The fewest who together have more than a third: they can halt everything. */
  readonly nakamotoThird: number
  /** The fewest who together have more than two thirds: they can do what they like. */
  readonly nakamotoTwoThirds: number
  /** 0 if all have the same, towards 1 the fewer have all. */
  readonly gini: number
  /** Herfindahl and Hirschman: the sum of squares; its reciprocal is a number of equals. */
  readonly herfindahl: number
}

export function concentrationOf(amounts: readonly number[]): Concentration {
  const total = amounts.reduce((sum, amount) => sum + amount, 0)
  const shares = amounts.map((amount) => amount / total).sort((a, b) => b - a)
  return {
    nakamotoThird: fewestAbove(shares, 1 / 3),
    nakamotoTwoThirds: fewestAbove(shares, 2 / 3),
    gini: giniOf(shares),
    herfindahl: shares.reduce((sum, share) => sum + share * share, 0),
  }
}

/** Of descending shares. */
function fewestAbove(shares: readonly number[], bound: number): number {
  let sum = 0
  for (const [index, share] of shares.entries()) {
    sum += share
    if (sum > bound) return index + 1
  }
  return shares.length
}

function giniOf(descending: readonly number[]): number {
  const n = descending.length
  const weighted = descending.reduce((sum, share, index) => sum + share * (n - index), 0)
  return (2 * weighted - (n + 1)) / n
}

/** Sums by what `nameOf` says, the largest first. */
export function groupBy<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  amountOf: (item: Item) => number,
): { readonly name: string; readonly amount: number }[] {
  const groups = new Map<string, number>()
  for (const item of items) {
    const name = nameOf(item)
    groups.set(name, (groups.get(name) ?? 0) + amountOf(item))
  }
  return [...groups].map(([name, amount]) => ({ name, amount })).sort((a, b) => b.amount - a.amount)
}
