/**
 * A core module that takes the same steps on every machine and ends: metered functions, a bounded memory and tables of bounded size. What WASM leaves
 * to the machine (threads, the bits of a NaN, SIMD) is refused or settled.
 */

import { type FunctionType, type Meters, meterFunction } from './meter-function.ts'
import {
  ForbiddenModule,
  HEADER_BYTES,
  ModuleReader,
  Section,
  section,
  signed,
  sized,
  unsigned,
} from './module-bytes.ts'

export interface MeterLimits {
  /** Units of fuel for each call from outside: about one for each instruction. */
  readonly fuel: bigint
  /** Bytes of stack, by estimate; far fewer than any machine has. */
  readonly depth: number
  /** Of 64 KiB. */
  readonly memoryPages: number
}

/** Of the global that says how much fuel is left. */
export const FUEL_EXPORT = '__beacon_fuel'
/** Of the one that says how deep calls may still go. */
export const DEPTH_EXPORT = '__beacon_depth'

const TABLE_ENTRIES_MAX = 65_536
const I64 = 0x7e
const I32 = 0x7f
const MUTABLE = 1
const I64_CONST = 0x42
const I32_CONST = 0x41
const END = 0x0b
const GLOBAL_KIND = 3
const FUNCTION_TYPE = 0x60

interface Raw {
  readonly id: number
  readonly content: ModuleReader
}

/** Throws ForbiddenModule if the module is malformed or has what isn't allowed. */
export function meterModule(module: Uint8Array, limits: MeterLimits): Uint8Array {
  const sections = readSections(module)
  const contentOf = (id: number) =>
    sections.find((one) => one.id === id)?.content.rest() ?? new Uint8Array([0])
  const types = readTypes(contentOf(Section.type))
  const globals = importedGlobals(contentOf(Section.import)) + countOf(contentOf(Section.global))
  const meters: Meters = { fuel: globals, depth: globals + 1 }
  const functions = new ModuleReader(contentOf(Section.function)).vector((from) => typeAt(types, from.u32()))
  const rewritten = new Map<number, Uint8Array>([
    [Section.table, capLimits(contentOf(Section.table), TABLE_ENTRIES_MAX, true)],
    [Section.memory, capLimits(contentOf(Section.memory), limits.memoryPages, false)],
    [Section.global, addGlobals(contentOf(Section.global), limits)],
    [Section.export, addExports(contentOf(Section.export), meters)],
    [Section.code, meterCode(contentOf(Section.code), functions, meters)],
  ])
  const present = new Set([...sections.map(({ id }) => id), Section.global, Section.export])
  const parts = [module.subarray(0, HEADER_BYTES)]
  // Custom sections (names, for debuggers) mean nothing here.
  for (const id of Object.values(Section)) {
    if (id === Section.custom || !present.has(id)) continue
    parts.push(section(id, rewritten.get(id) ?? contentOf(id)))
  }
  return Buffer.concat(parts)
}

function readSections(module: Uint8Array): Raw[] {
  const known = Object.values(Section) as number[]
  const reader = new ModuleReader(module)
  reader.skip(HEADER_BYTES)
  const sections: Raw[] = []
  while (!reader.isAtEnd) {
    const id = reader.byte()
    if (!known.includes(id) || id === Section.tag) throw new ForbiddenModule(`a section ${id}`)
    const content = reader.part(reader.u32())
    if (id !== Section.custom && sections.some((one) => one.id === id))
      throw new ForbiddenModule('a section twice')
    sections.push({ id, content })
  }
  return sections
}

function countOf(content: Uint8Array): number {
  return new ModuleReader(content).u32()
}

function readTypes(content: Uint8Array): FunctionType[] {
  return new ModuleReader(content).vector((from) => {
    if (from.byte() !== FUNCTION_TYPE) throw new ForbiddenModule('a type that is no function')
    const params = from.vector((item) => item.byte()).length
    return { params, results: from.vector((item) => item.byte()) }
  })
}

function typeAt(types: readonly FunctionType[], index: number): FunctionType {
  const type = types[index]
  if (type === undefined) throw new ForbiddenModule('a function of an unknown type')
  return type
}

function importedGlobals(content: Uint8Array): number {
  const kinds = new ModuleReader(content).vector((from) => {
    from.skip(from.u32())
    from.skip(from.u32())
    const kind = from.byte()
    if (kind === 0) from.u32()
    else if (kind === 1) {
      from.byte()
      readLimits(from)
    } else if (kind === 2) readLimits(from)
    else if (kind === GLOBAL_KIND) from.skip(2)
    else throw new ForbiddenModule('an import of an unknown kind')
    return kind
  })
  return kinds.filter((kind) => kind === GLOBAL_KIND).length
}

function readLimits(reader: ModuleReader): { min: number; max: number } {
  const flags = reader.byte()
  // 2: shared between threads; 4: of 64 bits.
  if (flags > 1) throw new ForbiddenModule('a shared or 64-bit memory or table')
  const min = reader.u32()
  return { min, max: flags === 1 ? reader.u32() : Number.MAX_SAFE_INTEGER }
}

function capLimits(content: Uint8Array, most: number, isTyped: boolean): Uint8Array {
  const items = new ModuleReader(content).vector((from) => {
    const type = isTyped ? [from.byte()] : []
    const { min, max } = readLimits(from)
    if (min > most) throw new ForbiddenModule(`a memory or table that begins with ${min}`)
    return [...type, 1, ...unsigned(min), ...unsigned(Math.min(max, most))]
  })
  return Uint8Array.from([...unsigned(items.length), ...items.flat()])
}

function addGlobals(content: Uint8Array, { fuel, depth }: MeterLimits): Uint8Array {
  const reader = new ModuleReader(content)
  const count = reader.u32()
  const added = [
    [I64, MUTABLE, I64_CONST, ...signed(fuel), END],
    [I32, MUTABLE, I32_CONST, ...signed(BigInt(depth)), END],
  ]
  return Buffer.concat([Uint8Array.from(unsigned(count + 2)), reader.rest(), Uint8Array.from(added.flat())])
}

function addExports(content: Uint8Array, { fuel, depth }: Meters): Uint8Array {
  const reader = new ModuleReader(content)
  const count = reader.u32()
  const exported = (name: string, global: number) =>
    Buffer.concat([sized(Buffer.from(name)), Uint8Array.of(GLOBAL_KIND, ...unsigned(global))])
  const added = [exported(FUEL_EXPORT, fuel), exported(DEPTH_EXPORT, depth)]
  return Buffer.concat([Uint8Array.from(unsigned(count + 2)), reader.rest(), ...added])
}

function meterCode(content: Uint8Array, functions: readonly FunctionType[], meters: Meters): Uint8Array {
  const reader = new ModuleReader(content)
  const count = reader.u32()
  if (count !== functions.length) throw new ForbiddenModule('functions without bodies')
  const bodies = functions.map((type) => meterFunction(reader.part(reader.u32()).rest(), type, meters))
  return Buffer.concat([Uint8Array.from(unsigned(count)), ...bodies])
}
