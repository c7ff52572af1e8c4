/**
 * A function's body, rewritten so that it ends after so many steps on every machine, and gives the same bits: it pays fuel for its instructions, takes
 * its part of a bounded depth of calls, and leaves only one kind of NaN. Behaves as before otherwise.
 */

import { type FloatKind, type Instruction, Op, readInstruction } from './instructions.ts'
import { ForbiddenModule, ModuleReader, signed, sized, unsigned } from './module-bytes.ts'

export interface FunctionType {
  readonly params: number
  /** Value types. */
  readonly results: readonly number[]
}

/** Globals that were added to the module. */
export interface Meters {
  /** i64: what is left; below zero the module traps. */
  readonly fuel: number
  /** i32: bytes of stack that are left, by estimate. */
  readonly depth: number
}

const I32 = 0x7f
const F32 = 0x7d
const F64 = 0x7c
const NO_RESULT = 0x40

/** Of the machine's stack, whatever the function: return address, saved registers, spilled operands. */
const FRAME_BYTES = 96
const LOCAL_BYTES = 8
/** For each function, before any code: more than a body of its length can use. */
const LOCALS_MAX = 50_000

/** Bytes that are moved or filled for one unit of fuel, as a shift. */
const BULK_SHIFT = 3
const CANONICAL_NAN: Readonly<Record<'f32' | 'f64', readonly number[]>> = {
  f32: [0x00, 0x00, 0xc0, 0x7f],
  f64: [0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xf8, 0x7f],
}

/** `body` is without its length. Throws ForbiddenModule. */
export function meterFunction(body: Uint8Array, type: FunctionType, meters: Meters): Uint8Array {
  if (type.results.length > 1) throw new ForbiddenModule('a function with several results')
  const reader = new ModuleReader(body)
  const groups = reader.vector((from) => ({ count: from.u32(), type: from.byte() }))
  const locals = groups.reduce((sum, { count }) => sum + count, 0)
  if (locals > LOCALS_MAX) throw new ForbiddenModule('a function with too many locals')
  const first = type.params + locals
  const scratch = { i32: first, f32: first + 1, f64: first + 2 }
  const declared = [...groups, { count: 1, type: I32 }, { count: 1, type: F32 }, { count: 1, type: F64 }]
  const frame = FRAME_BYTES + LOCAL_BYTES * (first + 3)
  const parts: (Uint8Array | readonly number[])[] = [
    unsigned(declared.length),
    ...declared.map(({ count, type: kind }) => [...unsigned(count), kind]),
    enter(meters, frame),
    [Op.block, type.results[0] ?? NO_RESULT],
    ...meterBody(reader, meters, scratch),
    leave(meters, frame),
    [Op.end],
  ]
  return sized(Buffer.concat(parts.map((part) => Uint8Array.from(part))))
}

/** The body's own `end` closes the block around it; whatever returned ends that block. */
function* meterBody(
  reader: ModuleReader,
  meters: Meters,
  scratch: Readonly<Record<'i32' | 'f32' | 'f64', number>>,
): Generator<Uint8Array | readonly number[]> {
  /** Straight-line code that isn't paid for yet. */
  let segment: (Uint8Array | readonly number[])[] = []
  let fuel = 0n
  let isChecked = true
  let nesting = 0
  const flush = () => {
    const paid = isChecked || fuel > 0n ? [pay(meters, fuel, isChecked), ...segment] : segment
    segment = []
    fuel = 0n
    isChecked = false
    return paid
  }
  while (!reader.isAtEnd) {
    const start = reader.at
    const instruction = readInstruction(reader)
    const { op } = instruction
    if (nesting < 0) throw new ForbiddenModule('code behind the end of a function')
    fuel += costOf(op)
    if (instruction.isBulk) segment.push(payForBytes(meters, scratch.i32))
    segment.push(...withinBlock(op, reader.since(start), nesting))
    if (instruction.float !== null) segment.push(canonical(instruction.float, scratch[instruction.float]))
    if (op === Op.block || op === Op.loop || op === Op.if) nesting++
    if (op === Op.end) nesting--
    if (endsSegment(instruction)) yield* flush()
    // Each round of a loop is checked, and what comes behind a call or a branch only paid for.
    if (op === Op.loop) isChecked = true
  }
  if (nesting !== -1) throw new ForbiddenModule('a function without its end')
  yield* flush()
}

/** A function is left by leaving the block around its body. A call in place of a return becomes a call and a return: it takes of the depth. */
function withinBlock(op: number, code: Uint8Array, nesting: number): (Uint8Array | readonly number[])[] {
  const leaving = [Op.br, ...unsigned(nesting)]
  if (op === Op.return) return [leaving]
  if (op === Op.returnCall) return [[Op.call], code.subarray(1), leaving]
  if (op === Op.returnCallIndirect) return [[Op.callIndirect], code.subarray(1), leaving]
  return [code]
}

/** About what it takes a machine. Compiled, constants and locals are part of what uses them; and where code may turn back, it is checked. */
function costOf(op: number): bigint {
  if (op === Op.memoryGrow) return 1000n
  if ((FREE as number[]).includes(op)) return 0n
  return (TURNS as number[]).includes(op) ? 3n : 1n
}

const FREE = [
  0x01,
  Op.block,
  Op.end,
  Op.drop,
  Op.localGet,
  Op.localSet,
  Op.localTee,
  Op.i32Const,
  Op.i64Const,
  Op.f32Const,
  Op.f64Const,
]
const TURNS = [
  Op.loop,
  Op.br,
  Op.brIf,
  Op.brTable,
  Op.call,
  Op.callIndirect,
  Op.returnCall,
  Op.returnCallIndirect,
]

function endsSegment({ op }: Instruction): boolean {
  return (
    [
      Op.loop,
      Op.if,
      Op.else,
      Op.end,
      Op.br,
      Op.brIf,
      Op.brTable,
      Op.return,
      Op.returnCall,
      Op.returnCallIndirect,
      Op.unreachable,
    ] as number[]
  ).includes(op)
}

function pay({ fuel }: Meters, amount: bigint, isChecked: boolean): number[] {
  const global = unsigned(fuel)
  const taken = [Op.globalGet, ...global, Op.i64Const, ...signed(amount), Op.i64Sub, Op.globalSet, ...global]
  if (!isChecked) return taken
  const check = [Op.globalGet, ...global, Op.i64Const, 0, Op.i64LtS]
  return [...taken, ...check, ...trapIf()]
}

/** By the operand on top of the stack, which stays. */
function payForBytes({ fuel }: Meters, scratch: number): number[] {
  const [global, local] = [unsigned(fuel), unsigned(scratch)]
  const bytes = [Op.localGet, ...local, Op.i32Const, BULK_SHIFT, Op.i32ShrU, Op.i64ExtendI32U]
  return [Op.localTee, ...local, Op.globalGet, ...global, ...bytes, Op.i64Sub, Op.globalSet, ...global]
}

function enter({ depth }: Meters, frame: number): number[] {
  const global = unsigned(depth)
  const taken = [
    Op.globalGet,
    ...global,
    Op.i32Const,
    ...signed(BigInt(frame)),
    Op.i32Sub,
    Op.globalSet,
    ...global,
  ]
  return [...taken, Op.globalGet, ...global, Op.i32Const, 0, Op.i32LtS, ...trapIf()]
}

function leave({ depth }: Meters, frame: number): number[] {
  const global = unsigned(depth)
  return [Op.globalGet, ...global, Op.i32Const, ...signed(BigInt(frame)), Op.i32Add, Op.globalSet, ...global]
}

/** Of the value on top of the stack: itself, unless it is a NaN. */
function canonical(kind: NonNullable<FloatKind>, scratch: number): number[] {
  const local = unsigned(scratch)
  const constant = [kind === 'f32' ? Op.f32Const : Op.f64Const, ...CANONICAL_NAN[kind]]
  const isNumber = [Op.localGet, ...local, Op.localGet, ...local, kind === 'f32' ? Op.f32Eq : Op.f64Eq]
  return [Op.localTee, ...local, ...constant, ...isNumber, Op.select]
}

function trapIf(): number[] {
  return [Op.if, NO_RESULT, Op.unreachable, Op.end]
}
