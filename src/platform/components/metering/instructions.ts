/** What each instruction of WASM that is allowed in consensus carries behind its opcode. All others are refused. */

import { ForbiddenModule, type ModuleReader } from './module-bytes.ts'

export const Op = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  returnCall: 0x12,
  returnCallIndirect: 0x13,
  drop: 0x1a,
  select: 0x1b,
  selectTyped: 0x1c,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i64Const: 0x42,
  f32Const: 0x43,
  f64Const: 0x44,
  i32LtS: 0x48,
  i64LtS: 0x53,
  f32Eq: 0x5b,
  f64Eq: 0x61,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32ShrU: 0x76,
  i64Sub: 0x7d,
  i64ExtendI32U: 0xad,
  prefixed: 0xfc,
} as const

const BULK_MEMORY = { init: 8, dropData: 9, copy: 10, fill: 11 }
const BULK_TABLE = { init: 12, dropElement: 13, copy: 14, size: 16 }
const SATURATING_MAX = 7

/** Of the instruction just read, which kind of float it may leave as a NaN whose bits the machine chooses. */
export type FloatKind = 'f32' | 'f64' | null

export interface Instruction {
  readonly op: number
  /** Behind {@link Op.prefixed}. */
  readonly sub: number
  readonly float: FloatKind
  /** Takes time by its last operand: how many bytes. */
  readonly isBulk: boolean
}

/** What stands behind an opcode, in order. */
type Immediate = 'number' | 'index' | 'indices' | 'byte' | 'bytes' | 'memory' | 'f32' | 'f64'

/** Throws ForbiddenModule. */
export function readInstruction(reader: ModuleReader): Instruction {
  const op = reader.byte()
  const sub = op === Op.prefixed ? reader.u32() : 0
  const immediates = op === Op.prefixed ? prefixedImmediates(sub) : immediatesOf(op)
  for (const immediate of immediates) readImmediate(reader, immediate)
  const isBulk = op === Op.prefixed && [BULK_MEMORY.init, BULK_MEMORY.copy, BULK_MEMORY.fill].includes(sub)
  return { op, sub, float: floatOf(op), isBulk }
}

function readImmediate(reader: ModuleReader, immediate: Immediate): void {
  if (immediate === 'number') reader.skipNumber()
  else if (immediate === 'index') reader.u32()
  else if (immediate === 'indices') reader.vector((from) => from.u32())
  else if (immediate === 'byte') reader.byte()
  else if (immediate === 'bytes') reader.vector((from) => from.byte())
  else if (immediate === 'memory') readMemoryArgument(reader)
  else reader.skip(immediate === 'f32' ? 4 : 8)
}

function immediatesOf(op: number): readonly Immediate[] {
  const known = IMMEDIATES.get(op)
  if (known !== undefined) return known
  // Locals, globals, and entries of tables.
  if (op >= 0x20 && op <= 0x26) return ['index']
  if (op >= 0x28 && op <= 0x3e) return ['memory']
  // Comparisons, arithmetic, conversions.
  if (op >= 0x45 && op <= 0xc4) return []
  throw new ForbiddenModule(`the instruction 0x${op.toString(16)}`)
}

const IMMEDIATES = new Map<number, readonly Immediate[]>([
  [Op.unreachable, []],
  [0x01, []],
  [Op.block, ['number']],
  [Op.loop, ['number']],
  [Op.if, ['number']],
  [Op.else, []],
  [Op.end, []],
  [Op.br, ['index']],
  [Op.brIf, ['index']],
  [Op.brTable, ['indices', 'index']],
  [Op.return, []],
  [Op.call, ['index']],
  [Op.callIndirect, ['index', 'index']],
  [Op.returnCall, ['index']],
  [Op.returnCallIndirect, ['index', 'index']],
  [Op.drop, []],
  [Op.select, []],
  [Op.selectTyped, ['bytes']],
  // memory.size
  [0x3f, ['byte']],
  [Op.memoryGrow, ['byte']],
  [Op.i32Const, ['number']],
  [Op.i64Const, ['number']],
  [Op.f32Const, ['f32']],
  [Op.f64Const, ['f64']],
  // References: null, is it null, to a function.
  [0xd0, ['index']],
  [0xd1, []],
  [0xd2, ['index']],
])

function prefixedImmediates(sub: number): readonly Immediate[] {
  if (sub <= SATURATING_MAX) return []
  if ([BULK_MEMORY.init, BULK_MEMORY.copy, BULK_TABLE.init, BULK_TABLE.copy].includes(sub))
    return ['index', 'index']
  const hasOne = [BULK_MEMORY.dropData, BULK_MEMORY.fill, BULK_TABLE.dropElement, BULK_TABLE.size].includes(
    sub,
  )
  if (!hasOne) throw new ForbiddenModule(`the instruction 0xfc ${sub}`)
  return ['index']
}

function readMemoryArgument(reader: ModuleReader): void {
  // Bit 6 would name another memory than the first.
  if (reader.u32() >= 0x40) throw new ForbiddenModule('more than one memory')
  reader.skipNumber()
}

function floatOf(op: number): FloatKind {
  // From `ceil` to `max`, and what becomes of the other kind.
  if ((op >= 0x8d && op <= 0x97) || op === 0xb6) return 'f32'
  if ((op >= 0x9b && op <= 0xa5) || op === 0xbb) return 'f64'
  return null
}
