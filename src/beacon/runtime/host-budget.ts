/**
 * What a runtime may have the node do for it in one block, in units of about a nanosecond. The runtime's own steps are metered where they are taken;
 * without a bound on these, a few of them would keep a node busy for ever, or fill its memory.
 */

/** A second. A full block of signatures takes a tenth. */
const BUDGET = 1_000_000_000
const CALL = 1_000

export class HostBudget {
  #left = BUDGET

  get isSpent(): boolean {
    return this.#left < 0
  }

  /** Of the state: an entry of so many bytes is read or written. */
  entry(bytes: number): void {
    this.#spend(CALL + 10 * bytes)
  }

  hash(bytes: number): void {
    this.#spend(CALL + 10 * bytes)
  }

  recovery(): void {
    this.#spend(100_000)
  }

  /** By so many keys. */
  verification(keys: number): void {
    this.#spend(1_000_000 + 20_000 * keys)
  }

  #spend(units: number): void {
    this.#left -= units
    if (this.isSpent) throw new RangeError('the runtime has spent what the node does for it in a block')
  }
}
