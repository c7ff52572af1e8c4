/**
 * Blocks that were executed and aren't final yet. A proposer learns its block's digest only later, so blocks are named by what their
 * execution depends on.
 */

import type { Block } from '../consensus/block.ts'
import type { Hex } from '../primitives/bytes.ts'
import { keccakHex } from '../primitives/hash.ts'
import type { View } from '../primitives/ids.ts'
import type { Execution } from './execution.ts'

export function nameOfBlock(block: Block): string {
  return nameOf(block.header.parent, block.header.view, block.header.proposer, block)
}

/** The body is part of it: blocks of one digest may still come with different bodies, of which one at most is valid. */
export function nameOf(
  parent: Hex,
  at: View,
  proposer: number,
  { appHeader, appBody }: Pick<Block, 'appHeader' | 'appBody'>,
): string {
  return `${parent}/${at}/${proposer}/${keccakHex(appHeader)}/${keccakHex(appBody)}`
}

/** Far more than can be undecided at a time; the oldest is forgotten first. */
const EXECUTIONS_MAX = 256

export class Executions {
  readonly #known = new Map<string, Execution>()

  get(name: string): Execution | undefined {
    return this.#known.get(name)
  }

  add(name: string, execution: Execution): void {
    this.#known.set(name, execution)
    if (this.#known.size > EXECUTIONS_MAX) this.#known.delete(this.#known.keys().next().value!)
  }

  /** Forgets everything at or below a final height: it is stored, or lost the race. */
  prune(finalHeight: number): void {
    for (const [name, { height }] of this.#known) if (height <= finalHeight) this.#known.delete(name)
  }
}
