/** Which functions were called how often, by their selectors and the size of what they were given: geth's 4byteTracer. */

import { type Hex, toHex } from '../../primitives/bytes.ts'
import type { EnteredCall } from '../vm/tracer.ts'
import type { TraceCollector, TracedExecution } from './collector.ts'

const SELECTOR_BYTES = 4
const CALLS: ReadonlySet<number> = new Set([0xf1, 0xf2, 0xf4, 0xfa])

export class FourByteTracer implements TraceCollector {
  readonly steps = null
  readonly #calls: { readonly to: Hex; readonly input: Uint8Array }[] = []

  onEnter({ opcode, to, input }: EnteredCall): void {
    if (CALLS.has(opcode)) this.#calls.push({ to, input })
  }

  result({ transaction, isPrecompile }: TracedExecution): Record<string, number> {
    const { to, data } = transaction
    const counts: Record<string, number> = {}
    for (const call of [...(to === null ? [] : [{ to, input: data }]), ...this.#calls]) {
      if (call.input.length < SELECTOR_BYTES || isPrecompile(call.to)) continue
      const selector = toHex(call.input.subarray(0, SELECTOR_BYTES))
      const key = `${selector}-${call.input.length - SELECTOR_BYTES}`
      counts[key] = (counts[key] ?? 0) + 1
    }
    return counts
  }
}
