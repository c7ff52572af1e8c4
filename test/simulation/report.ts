/** What a person reads of simulations: a failure with all that is needed to see it again, and the sums at the end. */

import { execFileSync } from 'node:child_process'
import type { Kind } from './kinds.ts'
import type { SeedResult } from './pool.ts'

/** Sums over all seeds that ended well. */
export class Totals {
  seeds = 0
  failures = 0
  readonly counts = new Map<string, number>()
  #cpuMs = 0

  add({ outcome, cpuMs }: SeedResult): void {
    this.seeds++
    this.#cpuMs += cpuMs
    if (outcome === null) this.failures++
    for (const [name, count] of Object.entries(outcome?.counts ?? {}))
      this.counts.set(name, (this.counts.get(name) ?? 0) + count)
  }

  describe(kind: Kind, elapsedMs: number): string {
    const perCore = this.seeds / (this.#cpuMs / 1000)
    const seconds = (elapsedMs / 1000).toFixed(1)
    return [
      `${count(this.seeds)} seeds of kind ${kind} in ${seconds} s, ${this.failures === 0 ? 'none' : count(this.failures)} failed`,
      `${perCore.toFixed(1)} seeds a second of CPU time, ${(this.#cpuMs / 3_600_000).toFixed(2)} CPU hours`,
      [...this.counts].map(([name, sum]) => `${name} ${count(sum)}`).join(', '),
    ].join('\n')
  }
}

/** `seed N: what`, the scenario, the commit, and the command that replays it. */
export function describeFailure(kind: Kind, bls: boolean, { seed, failure }: SeedResult): string {
  const flags = `${kind === 'engine' ? '' : ` --kind ${kind}`}${bls ? ' --bls' : ''}`
  return [
    failure,
    `commit ${commit()}`,
    `replay it with: npm run simulate -- --seed ${seed} --trace${flags}`,
  ].join('\n')
}

/** With `-dirty` if files were changed since: then the seed alone doesn't bring the failure back. */
export function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty', '--abbrev=12'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return 'unknown'
  }
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}
