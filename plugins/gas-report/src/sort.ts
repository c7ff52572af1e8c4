/** In which order rows stand. Light to load, for the task's description names the orders. */

export const SORT_ORDERS = ['name', 'total', 'calls', 'median', 'max'] as const

export type SortOrder = (typeof SORT_ORDERS)[number]

interface Row {
  readonly contract: string
  readonly method?: string
  readonly calls: number
  readonly totalGas: number
  readonly medianGas: number
  readonly maxGas: number
}

/** Names from A to Z, numbers from the largest; rows that are equal in these by name. */
export function sortRows<R extends Row>(rows: readonly R[], order: SortOrder): R[] {
  return rows.toSorted((a, b) => sizeOf(b, order) - sizeOf(a, order) || compareNames(nameOf(a), nameOf(b)))
}

function sizeOf(row: Row, order: SortOrder): number {
  switch (order) {
    case 'name':
      return 0
    case 'total':
      return row.totalGas
    case 'calls':
      return row.calls
    case 'median':
      return row.medianGas
    case 'max':
      return row.maxGas
  }
}

const nameOf = ({ contract, method = '' }: Row) => `${contract} ${method}`

/** By code units, and so the same in every locale. */
function compareNames(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
