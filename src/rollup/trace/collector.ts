/** What all kinds of traces have in common: a tracer that follows one transaction, and what it makes of it. */

import type { Hex } from '../../primitives/bytes.ts'
import type { StateReader } from '../state/reader.ts'
import type { Executable } from '../transaction.ts'
import type { Tracer } from '../vm/tracer.ts'
import type { Outcome } from '../vm/vm.ts'

/** A transaction, or a call, that was followed to its end. */
export interface TracedExecution {
  readonly transaction: Executable
  /** `gasUsed` is what was charged. */
  readonly outcome: Outcome
  readonly before: StateReader
  readonly after: StateReader
  /** What was read or written, with the slots of each account. */
  readonly touched: ReadonlyMap<Hex, ReadonlySet<Hex>>
  readonly isPrecompile: (address: Hex) => boolean
}

export interface TraceCollector extends Tracer {
  /** The trace as JSON-RPC shows it. */
  result(execution: TracedExecution): object
}
