/** The trace of every step, in the form of geth's struct logger. */

import { bytesToBigint, type Hex, toHex } from '../../primitives/bytes.ts'
import type { EnteredCall, LeftCall, Step, StepParts } from '../vm/tracer.ts'
import type { TraceBudget } from './budget.ts'
import type { TraceCollector, TracedExecution } from './collector.ts'
import { haltReason } from './halt-reasons.ts'
import { opcodeName } from './opcode-names.ts'

export interface StructLogOptions {
  readonly disableStack: boolean
  readonly disableStorage: boolean
  readonly enableMemory: boolean
  readonly enableReturnData: boolean
  /** Steps to show, from the first on; 0: all. */
  readonly limit: number
}

interface StructLog {
  readonly pc: number
  readonly op: string
  readonly gas: number
  gasCost: number
  readonly depth: number
  readonly stack?: readonly Hex[]
  readonly memory?: readonly Hex[]
  readonly returnData?: Hex
  readonly refund?: number
  storage?: Readonly<Record<Hex, Hex>>
  error?: string
}

/** The last step of a frame that isn't over. */
interface Frame {
  readonly storageOwner: Hex
  log: StructLog | null
  opcode: number
  /** Gas before it. */
  gas: number
  /** Its cost isn't known before what follows. */
  isOpen: boolean
  /** Of an SLOAD whose value isn't known before what follows. */
  loading: Hex | null
}

/** What a step takes beside its stack, memory and return data, in characters of JSON. */
const STEP_CHARACTERS = 100
const WORD_BYTES = 32
const SLOAD = 0x54
const SSTORE = 0x55
const DELEGATECALL = 0xf4
const CALLCODE = 0xf2
const CREATE = 0xf0
const CREATE2 = 0xf5

export class StructLogger implements TraceCollector {
  readonly steps: StepParts
  readonly #options: StructLogOptions
  readonly #logs: StructLog[] = []
  readonly #frames: Frame[] = []
  /** By contract, what was loaded or stored so far. */
  readonly #storage = new Map<Hex, Map<Hex, Hex>>()
  readonly #budget: TraceBudget

  /** `recipient` is whose storage the message itself uses; of a creation it doesn't matter which name stands for it. */
  constructor(options: StructLogOptions, recipient: Hex, budget: TraceBudget) {
    this.#options = options
    this.#budget = budget
    this.steps = {
      stack: !options.disableStack || !options.disableStorage,
      memory: options.enableMemory,
      returnData: options.enableReturnData,
    }
    this.#frames.push(newFrame(recipient))
  }

  onStep(step: Step): void {
    const frame = this.#frames.at(-1)!
    this.#close(frame, step.gas, step.stack.at(-1))
    this.#budget.step()
    const { limit } = this.#options
    const log = limit > 0 && this.#logs.length >= limit ? null : this.#show(step)
    if (log !== null) this.#logs.push(log)
    Object.assign(frame, { log, opcode: step.opcode, gas: step.gas, isOpen: true, loading: null })
    if (!this.#options.disableStorage) this.#noteStorage(frame, step)
  }

  onEnter({ opcode, to, gas, gasLeft }: EnteredCall): void {
    const frame = this.#frames.at(-1)!
    const isCreation = opcode === CREATE || opcode === CREATE2
    // What is given to a creation isn't part of what its opcode costs; with a call's, it is.
    this.#close(frame, isCreation ? gasLeft + gas : gasLeft)
    const keepsStorage = opcode === DELEGATECALL || opcode === CALLCODE
    this.#frames.push(newFrame(keepsStorage ? frame.storageOwner : to))
  }

  onLeave({ error, gasAtEnd, lastOpcode }: LeftCall): void {
    const frame = this.#frames.pop()!
    // What an opcode would have cost that halts isn't known; one that doesn't exist has no price.
    this.#close(frame, gasAtEnd ?? (error === 'invalid opcode' ? frame.gas : 0))
    if (error !== null && gasAtEnd === null && frame.log !== null)
      frame.log.error = haltReason(error, lastOpcode)
  }

  result({ outcome }: TracedExecution) {
    return {
      gas: outcome.gasUsed,
      failed: !outcome.succeeded,
      returnValue: toHex(outcome.output),
      structLogs: this.#logs,
    }
  }

  /** What follows the last step of `frame`, by which its cost is known, and what it has loaded. */
  #close(frame: Frame, gasAfter: number, top?: Uint8Array): void {
    if (!frame.isOpen) return
    frame.isOpen = false
    if (frame.log !== null) frame.log.gasCost = frame.gas - gasAfter
    if (frame.loading === null || top === undefined) return
    this.#remember(frame, frame.loading, toHex(top))
    frame.loading = null
  }

  #noteStorage(frame: Frame, { opcode, stack }: Step): void {
    const slot = stack.at(-1)
    if (slot === undefined) return
    const value = stack.at(-2)
    if (opcode === SLOAD) frame.loading = toHex(slot)
    if (opcode === SSTORE && value !== undefined) this.#remember(frame, toHex(slot), toHex(value))
  }

  #remember(frame: Frame, slot: Hex, value: Hex): void {
    const known = this.#storage.get(frame.storageOwner) ?? new Map<Hex, Hex>()
    known.set(slot, value)
    this.#storage.set(frame.storageOwner, known)
    if (frame.log === null) return
    frame.log.storage = Object.fromEntries(known)
    this.#budget.grow(known.size * 140)
  }

  #show({ pc, opcode, gas, depth, stack, memory, returnData, refund }: Step): StructLog {
    const { disableStack, enableMemory, enableReturnData } = this.#options
    const words = disableStack ? [] : stack.map((word) => quantityOf(word))
    const stackCharacters = words.reduce((sum, word) => sum + word.length + 3, 0)
    this.#budget.grow(STEP_CHARACTERS + stackCharacters + 2 * (memory.length + returnData.length))
    return {
      pc,
      op: opcodeName(opcode),
      gas,
      gasCost: 0,
      depth: depth + 1,
      ...(!disableStack && { stack: words }),
      ...(enableMemory && { memory: wordsOf(memory) }),
      ...(enableReturnData && returnData.length > 0 && { returnData: toHex(returnData) }),
      ...(refund > 0 && { refund }),
    }
  }
}

function newFrame(storageOwner: Hex): Frame {
  return { storageOwner, log: null, opcode: 0, gas: 0, isOpen: false, loading: null }
}

function quantityOf(word: Uint8Array): Hex {
  return `0x${bytesToBigint(word).toString(16)}`
}

function wordsOf(memory: Uint8Array): Hex[] {
  const count = memory.length / WORD_BYTES
  return Array.from({ length: count }, (_, i) => toHex(memory.subarray(i * WORD_BYTES, (i + 1) * WORD_BYTES)))
}
