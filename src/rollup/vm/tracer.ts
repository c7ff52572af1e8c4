/** Who is told what a message does, step by step: what a VM that can be followed calls. */

import type { Hex } from '../../primitives/bytes.ts'
import type { Log } from '../receipt.ts'

/** What each step is told with. */
export interface StepParts {
  readonly stack: boolean
  readonly memory: boolean
  readonly returnData: boolean
}

/** Before an opcode is executed, whether or not it can be. */
export interface Step {
  readonly pc: number
  readonly opcode: number
  /** Of the frame, from 0 on. */
  readonly depth: number
  readonly gas: number
  /** Of the transaction so far. */
  readonly refund: number
  /** Words of 32 B, the lowest first; empty unless asked for, like what follows. */
  readonly stack: readonly Uint8Array[]
  readonly memory: Uint8Array
  /** What the last call returned. */
  readonly returnData: Uint8Array
}

/** A call, a creation or a SELFDESTRUCT within the message. */
export interface EnteredCall {
  readonly opcode: number
  readonly from: Hex
  readonly to: Hex
  readonly value: bigint
  readonly gas: number
  /** To the caller, while it waits. */
  readonly gasLeft: number
  readonly input: Uint8Array
}

export interface LeftCall {
  /** Null, "revert", or what went wrong. */
  readonly error: string | null
  /** When its code had ended; null if that halted: then nothing was left. */
  readonly gasAtEnd: number | null
  /** That its code ended with, if any ran. */
  readonly lastOpcode: number
  /** After a creation has paid for its code. */
  readonly gasLeft: number
  readonly output: Uint8Array
}

export interface Tracer {
  /** Null: steps are of no interest. */
  readonly steps: StepParts | null
  onStep?(step: Step): void
  onEnter?(call: EnteredCall): void
  /** Calls end in the reverse order of their beginnings; at last the message itself, which nothing has entered. */
  onLeave?(call: LeftCall): void
  onLog?(log: Log): void
}
