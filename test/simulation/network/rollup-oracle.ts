/**
 * One rollup's true chain, as the disks of honest machines show it: S1, S5, S6 and S10 for rollups. A final block stays what it is unless the
 * Beacon Layer opens an instance from a block below it, which makes void what wasn't recorded by then. In: disks, records and openings. And what
 * clients and the L1 were told is held against it.
 */

import type { Block } from '../../../src/consensus/block.ts'
import type { Committee } from '../../../src/consensus/committee.ts'
import { verifyCertificate } from '../../../src/consensus/vote.ts'
import { compareInstances } from '../../../src/nodes/instance-order.ts'
import type { KeyValueStore } from '../../../src/platform/ports.ts'
import { simulatedScheme } from '../../../src/platform/simulated/signatures.ts'
import type { Hex } from '../../../src/primitives/bytes.ts'
import { type Instance, instanceKey } from '../../../src/primitives/ids.ts'
import { ChainStore } from '../../../src/rollup/chain-store.ts'
import type { Breaches, Invariant } from '../engine/invariants/breaches.ts'

export interface RollupOracleOptions {
  readonly name: string
  readonly committeeOf: (instance: Instance) => Committee | null
  readonly breaches: Breaches
}

/** What earlier instances put above `above` is void. */
interface Cut {
  readonly instance: Instance
  readonly above: number
}

export class RollupOracle {
  /** Final blocks that an opening made void. */
  voided = 0
  readonly #options: RollupOracleOptions
  /** By height: what is final. */
  readonly #blocks = new Map<number, Block>()
  readonly #recorded = new Map<number, Hex>()
  readonly #cuts: Cut[] = []
  /** By machine: what it had, by height, when it was looked at last. */
  readonly #seen = new Map<number, Map<number, Hex>>()

  constructor(options: RollupOracleOptions) {
    this.#options = options
  }

  get height(): number {
    return Math.max(0, ...this.#blocks.keys())
  }

  heightOf(machine: number): number {
    return Math.max(0, ...(this.#seen.get(machine)?.keys() ?? []))
  }

  get recordedHeight(): number {
    return Math.max(0, ...this.#recorded.keys())
  }

  digestAt(at: number): Hex | null {
    return this.#blocks.get(at)?.digest ?? null
  }

  /** Instances that began anew because the one before had missed its hand-over. */
  get reopenings(): number {
    return this.#cuts.filter(({ instance }) => instance.sub > 0).length
  }

  /** Whether blocks of this height have ever been made void. */
  wasCut(at: number): boolean {
    return this.#cuts.some(({ above }) => at > above)
  }

  recorded({ height, digest }: { readonly height: number; readonly digest: Hex }): void {
    this.#recorded.set(height, digest)
    this.#checkRecord(height)
  }

  /** `genesis` is the block that the instance begins from; null: the rollup's own. */
  opened(instance: Instance, genesis: { readonly height: number } | null): void {
    this.#cuts.push({ instance, above: genesis?.height ?? 0 })
    for (const [at, block] of this.#blocks) {
      if (!this.#isVoid(block)) continue
      if (this.#recorded.has(at))
        this.#fail('S10', `the recorded block ${at} is void since ${instanceKey(instance)} was opened`)
      this.#blocks.delete(at)
      this.voided++
    }
  }

  /** Looks at what is new on the disk of an honest machine, whose Beacon chain has been looked at. */
  look(machine: number, disk: Pick<KeyValueStore, 'get'>): void {
    const chain = new ChainStore(disk as KeyValueStore)
    const head = chain.headHeight()
    if (head === null) return
    const before = this.#seen.get(machine) ?? new Map<number, Hex>()
    const now = new Map<number, Hex>()
    for (let at = 1; at <= head; at++) {
      const known = before.get(at)
      if (known !== undefined && known === this.digestAt(at) && at < head) {
        now.set(at, known)
        continue
      }
      const block = chain.blockAt(at)
      if (block === null) {
        this.#fail('S5', `validator ${machine} has no block ${at} below its head ${head}`)
        return
      }
      now.set(at, block.digest)
      if (block.digest !== known && !this.#isVoid(block)) this.#take(machine, chain, block)
    }
    const lost = [...before.keys()].filter((at) => at > head && !this.wasCut(at))
    if (lost.length > 0) this.#fail('S5', `validator ${machine} lost final blocks from ${lost[0]} on`)
    this.#seen.set(machine, now)
  }

  #take(machine: number, chain: ChainStore, block: Block): void {
    const { height, parent } = block.header
    const known = this.digestAt(height)
    if (known !== null && known !== block.digest)
      this.#fail('S1', `validator ${machine} has another block ${height}`)
    if (known !== null) return
    const before = this.digestAt(height - 1)
    if (before !== null && before !== parent)
      this.#fail('S1', `block ${height} of validator ${machine} is not on block ${height - 1}`)
    this.#checkCertificate(machine, chain, block)
    this.#blocks.set(height, block)
    this.#checkRecord(height)
  }

  #isVoid({ header }: Block): boolean {
    return this.#cuts.some(
      ({ instance, above }) => header.height > above && compareInstances(header.instance, instance) < 0,
    )
  }

  #checkCertificate(machine: number, chain: ChainStore, { header }: Block): void {
    const final = chain.certifiedFrom(header.height)
    const committee = final === null ? null : this.#options.committeeOf(final.block.header.instance)
    if (
      final === null ||
      committee === null ||
      !verifyCertificate(committee, simulatedScheme, final.certificate)
    )
      this.#fail(
        'S6',
        `validator ${machine} holds block ${header.height} of ${instanceKey(header.instance)} without a certificate`,
      )
  }

  /** What is recorded is what is final. */
  #checkRecord(at: number): void {
    const recorded = this.#recorded.get(at)
    const final = this.digestAt(at)
    if (recorded !== undefined && final !== null && recorded !== final)
      this.#fail('S10', `the Beacon Layer recorded another block ${at}`)
  }

  #fail(invariant: Invariant, why: string): void {
    this.#options.breaches.report(invariant, `${this.#options.name}: ${why}`)
  }
}
