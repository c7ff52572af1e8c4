/** Adds up what transactions used. Statistics are of those that succeeded; what reverted is counted, and is part of totals and shares. */

export interface GasStatistics {
  /** Those that succeeded. */
  readonly calls: number
  readonly reverted: number
  /** 0 if none succeeded; so are the others. */
  readonly minGas: number
  readonly averageGas: number
  readonly medianGas: number
  readonly maxGas: number
  /** With what reverted. */
  readonly totalGas: number
  /** Of all gas of the report, 0 to 1. */
  readonly share: number
}

export interface MethodRow extends GasStatistics {
  readonly contract: string
  /** A signature, or a selector. */
  readonly method: string
}

export interface DeploymentRow extends GasStatistics {
  readonly contract: string
  /** The largest; null if none succeeded. */
  readonly sizeBytes: number | null
  /** Of the largest that EIP-170 allows, 0 to 1. */
  readonly sizeShare: number | null
}

export interface RollupReport {
  readonly rollup: string
  /** The first block and the last. */
  readonly from: number
  readonly to: number
  readonly transactions: number
  readonly totalGas: number
  readonly methods: readonly MethodRow[]
  readonly deployments: readonly DeploymentRow[]
  /** To accounts without code; null if there was none. */
  readonly transfers: GasStatistics | null
}

export interface GasReport {
  readonly schemaVersion: 1
  readonly devnet: string
  readonly rollups: readonly RollupReport[]
}

/** EIP-170. */
export const CODE_BYTES_MAX = 24_576

export interface Spent {
  readonly gasUsed: number
  readonly hasSucceeded: boolean
}

class Tally {
  readonly gas: number[] = []
  reverted = 0
  totalGas = 0

  add({ gasUsed, hasSucceeded }: Spent): void {
    this.totalGas += gasUsed
    if (hasSucceeded) this.gas.push(gasUsed)
    else this.reverted += 1
  }

  statistics(allGas: number): GasStatistics {
    const gas = this.gas.toSorted((a, b) => a - b)
    const sum = gas.reduce((total, one) => total + one, 0)
    return {
      calls: gas.length,
      reverted: this.reverted,
      minGas: gas[0] ?? 0,
      averageGas: Math.round(sum / Math.max(1, gas.length)),
      medianGas: median(gas),
      maxGas: gas.at(-1) ?? 0,
      totalGas: this.totalGas,
      share: allGas === 0 ? 0 : this.totalGas / allGas,
    }
  }
}

/** Rounded down where it is between two; `sorted` from the smallest. */
function median(sorted: readonly number[]): number {
  const middle = sorted.length >> 1
  if (sorted.length % 2 === 1) return sorted[middle]!
  return Math.floor(((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2)
}

/** One rollup's. */
export class ReportBuilder {
  readonly #methods = new Map<string, { contract: string; method: string; tally: Tally }>()
  readonly #deployments = new Map<string, { tally: Tally; sizeBytes: number | null }>()
  readonly #transfers = new Tally()
  #transactions = 0
  #totalGas = 0

  addCall(contract: string, method: string, spent: Spent): void {
    const key = `${contract} ${method}`
    const row = this.#methods.get(key) ?? { contract, method, tally: new Tally() }
    this.#methods.set(key, row)
    this.#add(row.tally, spent)
  }

  /** `sizeBytes`: null if it has left no code. */
  addDeployment(contract: string, sizeBytes: number | null, spent: Spent): void {
    const row = this.#deployments.get(contract) ?? { tally: new Tally(), sizeBytes: null }
    this.#deployments.set(contract, row)
    if (sizeBytes !== null) row.sizeBytes = Math.max(sizeBytes, row.sizeBytes ?? 0)
    this.#add(row.tally, spent)
  }

  addTransfer(spent: Spent): void {
    this.#add(this.#transfers, spent)
  }

  build(rollup: string, from: number, to: number): RollupReport {
    const all = this.#totalGas
    return {
      rollup,
      from,
      to,
      transactions: this.#transactions,
      totalGas: all,
      methods: [...this.#methods.values()].map(({ contract, method, tally }) => ({
        contract,
        method,
        ...tally.statistics(all),
      })),
      deployments: [...this.#deployments].map(([contract, { tally, sizeBytes }]) => ({
        contract,
        sizeBytes,
        sizeShare: sizeBytes === null ? null : sizeBytes / CODE_BYTES_MAX,
        ...tally.statistics(all),
      })),
      transfers: this.#transfers.totalGas === 0 ? null : this.#transfers.statistics(all),
    }
  }

  #add(tally: Tally, spent: Spent): void {
    this.#transactions += 1
    this.#totalGas += spent.gasUsed
    tally.add(spent)
  }
}
