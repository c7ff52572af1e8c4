/** Ethereum's hard forks that a VM may follow; rollups follow Prague. */

export const FORKS = ['shanghai', 'cancun', 'prague', 'osaka'] as const

export type Fork = (typeof FORKS)[number]

export const ROLLUP_FORK: Fork = 'prague'

export function isAtLeast(fork: Fork, other: Fork): boolean {
  return FORKS.indexOf(fork) >= FORKS.indexOf(other)
}
