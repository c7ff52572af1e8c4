/** The trace of calls within calls, in the form of geth's callTracer. */

import { type Hex, toHex } from '../../primitives/bytes.ts'
import type { Log } from '../receipt.ts'
import { revertReason } from '../revert-reason.ts'
import type { EnteredCall, LeftCall } from '../vm/tracer.ts'
import type { TraceBudget } from './budget.ts'
import type { TraceCollector, TracedExecution } from './collector.ts'
import { haltReason } from './halt-reasons.ts'
import { opcodeName } from './opcode-names.ts'

export interface CallTracerOptions {
  readonly onlyTopCall: boolean
  readonly withLog: boolean
}

interface CallFrame {
  readonly type: string
  readonly from: Hex
  to?: Hex
  readonly value?: Hex
  readonly gas: Hex
  gasUsed: Hex
  readonly input: Hex
  output?: Hex
  error?: string
  revertReason?: string
  calls?: CallFrame[]
  logs?: FrameLog[]
}

interface FrameLog {
  readonly address: Hex
  readonly topics: readonly Hex[]
  readonly data: Hex
  /** Calls of this frame before it. */
  readonly position: Hex
  /** Among the logs of the transaction. */
  readonly index: Hex
}

/** What was entered, and isn't left yet. */
interface OpenFrame {
  readonly frame: CallFrame
  readonly gas: number
}

/** What a call or a log takes beside its bytes, in characters of JSON. */
const FRAME_CHARACTERS = 300
const CREATE = 0xf0
const CREATE2 = 0xf5
const STATICCALL = 0xfa

export class CallTracer implements TraceCollector {
  readonly steps = null
  readonly #options: CallTracerOptions
  readonly #budget: TraceBudget
  /** Calls and logs of the message itself, whose other fields follow from the transaction. */
  readonly #top: CallFrame = { type: '', from: '0x', gas: '0x0', gasUsed: '0x0', input: '0x' }
  readonly #open: OpenFrame[] = []
  #logs = 0
  /** Of the message itself. */
  #lastOpcode = 0

  constructor(options: CallTracerOptions, budget: TraceBudget) {
    this.#options = options
    this.#budget = budget
  }

  onEnter({ opcode, from, to, value, gas, input }: EnteredCall): void {
    if (!this.#options.onlyTopCall) this.#budget.grow(FRAME_CHARACTERS + 2 * input.length)
    const frame: CallFrame = {
      type: opcodeName(opcode),
      from,
      to,
      ...(opcode !== STATICCALL && { value: quantity(value) }),
      gas: quantity(gas),
      gasUsed: '0x0',
      input: this.#options.onlyTopCall ? '0x' : toHex(input),
    }
    this.#open.push({ frame, gas })
  }

  onLeave(left: LeftCall): void {
    const ended = this.#open.pop()
    if (ended === undefined) {
      this.#lastOpcode = left.lastOpcode
      return
    }
    const { frame, gas } = ended
    frame.gasUsed = quantity(gas - left.gasLeft)
    if (this.#options.onlyTopCall) return
    this.#budget.grow(2 * left.output.length)
    const isCreation = frame.type === opcodeName(CREATE) || frame.type === opcodeName(CREATE2)
    end(frame, left, left.lastOpcode, isCreation)
    const parent = this.#current
    parent.calls ??= []
    parent.calls.push(frame)
  }

  onLog({ address, topics, data }: Log): void {
    const index = quantity(this.#logs++)
    if (!this.#options.withLog || (this.#options.onlyTopCall && this.#open.length > 0)) return
    this.#budget.grow(FRAME_CHARACTERS + 2 * data.length)
    const frame = this.#current
    const position = quantity(frame.calls?.length ?? 0)
    frame.logs ??= []
    frame.logs.push({ address, topics, data: toHex(data), position, index })
  }

  result({ transaction, outcome }: TracedExecution): CallFrame {
    const { from, to, value, gasLimit, data } = transaction
    this.#budget.grow(FRAME_CHARACTERS + 2 * (data.length + outcome.output.length))
    const recipient = to ?? outcome.createdAddress
    const frame: CallFrame = {
      from,
      gas: quantity(gasLimit),
      gasUsed: quantity(outcome.gasUsed),
      ...(recipient !== null && { to: recipient }),
      input: toHex(data),
      ...(this.#top.calls && { calls: this.#top.calls }),
      ...(this.#top.logs && { logs: this.#top.logs }),
      value: quantity(value),
      type: opcodeName(to === null ? CREATE : 0xf1),
    }
    end(frame, outcome, this.#lastOpcode, to === null)
    return frame
  }

  get #current(): CallFrame {
    return this.#open.at(-1)?.frame ?? this.#top
  }
}

function end(
  frame: CallFrame,
  { error, output }: Pick<LeftCall, 'error' | 'output'>,
  lastOpcode: number,
  isCreation: boolean,
): void {
  const isReverted = error === 'revert'
  if (output.length > 0 && (error === null || isReverted)) frame.output = toHex(output)
  if (error === null) return
  frame.error = haltReason(error, lastOpcode)
  const reason = isReverted ? revertReason(output) : null
  if (reason !== null) frame.revertReason = reason
  if (isCreation) delete frame.to
  forgetLogs(frame)
}

/** What a failed call has logged is gone, and what it has called that did not fail itself. */
function forgetLogs(frame: CallFrame): void {
  delete frame.logs
  for (const call of frame.calls ?? []) forgetLogs(call)
}

function quantity(value: number | bigint): Hex {
  return `0x${value.toString(16)}`
}
