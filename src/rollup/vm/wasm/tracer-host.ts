/** The tracer's part of evm/beacon-evm.wit: what evm/assembly/trace.ts writes. */

import { bytesToBigint, type Hex } from '../../../primitives/bytes.ts'
import { type ByteReader, decodeExactly } from '../../../primitives/codec.ts'
import type { EnteredCall, LeftCall, Step, Tracer } from '../tracer.ts'
import { readEnd } from './end.ts'
import { readLog } from './log.ts'

/** As jco names it. */
export interface EvmTracerInterface {
  wanted(): number
  step(step: Uint8Array): void
  enter(call: Uint8Array): void
  leave(ending: Uint8Array): void
  log(log: Uint8Array): void
}

const ADDRESS_BYTES = 20
const WORD_BYTES = 32
const STEPS = 1
const STACK = 2
const MEMORY = 4
const RETURN_DATA = 8

/** `tracer` gives who follows the message that runs. */
export function tracerInterface(tracer: () => Tracer): EvmTracerInterface {
  return {
    wanted: () => wantedBy(tracer()),
    step: (bytes) => tracer().onStep?.(decodeExactly(bytes, readStep)),
    enter: (bytes) => tracer().onEnter?.(decodeExactly(bytes, readEntered)),
    leave: (bytes) => tracer().onLeave?.(decodeExactly(bytes, readLeft)),
    log: (bytes) => tracer().onLog?.(decodeExactly(bytes, (reader) => readLog(reader, false))),
  }
}

function wantedBy({ steps }: Tracer): number {
  if (steps === null) return 0
  const { stack, memory, returnData } = steps
  return STEPS | (stack ? STACK : 0) | (memory ? MEMORY : 0) | (returnData ? RETURN_DATA : 0)
}

function readStep(reader: ByteReader): Step {
  const pc = reader.u32()
  const opcode = reader.u8()
  const depth = reader.u16()
  const gas = reader.u64()
  const refund = reader.u64()
  const stack = Array.from({ length: reader.u16() }, () => reader.raw(WORD_BYTES))
  const memory = reader.raw(reader.u32())
  return { pc, opcode, depth, gas, refund, stack, memory, returnData: reader.raw(reader.u32()) }
}

function readEntered(reader: ByteReader): EnteredCall {
  const opcode = reader.u8()
  const from: Hex = reader.hex(ADDRESS_BYTES)
  const to: Hex = reader.hex(ADDRESS_BYTES)
  const value = bytesToBigint(reader.raw(WORD_BYTES))
  const gas = reader.u64()
  const gasLeft = reader.u64()
  return { opcode, from, to, value, gas, gasLeft, input: reader.raw(reader.remaining) }
}

function readLeft(reader: ByteReader): LeftCall {
  const error = readEnd(reader)
  const hasHalted = reader.flag()
  const lastOpcode = reader.u8()
  const gasAtEnd = reader.u64()
  const gasLeft = reader.u64()
  const output = reader.raw(reader.remaining)
  return { error, gasAtEnd: hasHalted ? null : gasAtEnd, lastOpcode, gasLeft, output }
}
