/** Which functions were called how often, by their selectors and the size of what they were given: geth's 4byteTracer. */

import { type Hex, toHex } from '../../primitives/bytes.ts'
import type { EnteredCall } from '../vm/tracer.ts'
import type { TraceBudget } from './budget.ts'
import type { TraceCollector, TracedExecution } from './collector.ts'

const SELECTOR_BYTES = 4
/** What a call takes here; of the answer it may be less. */
const CALL_CHARACTERS = 100
const CALLS: ReadonlySet<number> = new Set([0xf1, 0xf2, 0xf4, 0xfa])

export class FourByteTracer implements TraceCollector {
  readonly steps = null
  readonly #calls: { readonly to: Hex; readonly key: string }[] = []
  readonly #budget: TraceBudget

  constructor(budget: TraceBudget) {
    this.#budget = budget
  }

  onEnter({ opcode, to, input }: EnteredCall): void {
    if (CALLS.has(opcode)) this.#note(to, input)
  }

  result({ transaction, isPrecompile }: TracedExecution): Record<string, number> {
    if (transaction.to !== null) this.#note(transaction.to, transaction.data)
    const counts: Record<string, number> = {}
    for (const { to, key } of this.#calls) {
      if (!isPrecompile(to)) counts[key] = (counts[key] ?? 0) + 1
    }
    return counts
  }

  #note(to: Hex, input: Uint8Array): void {
    if (input.length < SELECTOR_BYTES) return
    this.#budget.grow(CALL_CHARACTERS)
    const selector = toHex(input.subarray(0, SELECTOR_BYTES))
    this.#calls.push({ to, key: `${selector}-${input.length - SELECTOR_BYTES}` })
  }
}
