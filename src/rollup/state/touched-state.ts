/** State that notes what is read of it: everything that whoever executes on it depends on, or changes. */

import type { Hex } from '../../primitives/bytes.ts'
import type { Account } from './account.ts'
import type { StateReader } from './reader.ts'

export class TouchedState implements StateReader {
  /** Slots by account, in the order in which they were first read. */
  readonly touched = new Map<Hex, Set<Hex>>()
  readonly #base: StateReader

  constructor(base: StateReader) {
    this.#base = base
  }

  account(address: Hex): Account | null {
    this.#slotsOf(address)
    return this.#base.account(address)
  }

  codeByHash(codeHash: Hex): Uint8Array {
    return this.#base.codeByHash(codeHash)
  }

  storage(address: Hex, slot: Hex): Uint8Array {
    this.#slotsOf(address).add(slot)
    return this.#base.storage(address, slot)
  }

  #slotsOf(address: Hex): Set<Hex> {
    const known = this.touched.get(address)
    if (known !== undefined) return known
    const slots = new Set<Hex>()
    this.touched.set(address, slots)
    return slots
  }
}
