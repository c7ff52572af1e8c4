/** Reads and writes the binary format of core WASM modules: LEB128 numbers, sections, and vectors of bytes. */

/** The module is malformed, or has what isn't allowed in consensus. */
export class ForbiddenModule extends Error {
  override readonly name = 'ForbiddenModule'
}

export const HEADER_BYTES = 8
const PAYLOAD_BITS = 7

/** Section ids, in the order in which sections stand in a module. */
export const Section = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  tag: 13,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  dataCount: 12,
  code: 10,
  data: 11,
} as const

export class ModuleReader {
  readonly #bytes: Uint8Array
  at: number
  readonly end: number

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    if (end > bytes.length) throw new ForbiddenModule('a part ends behind the module')
    this.#bytes = bytes
    this.at = at
    this.end = end
  }

  get isAtEnd(): boolean {
    return this.at >= this.end
  }

  byte(): number {
    if (this.isAtEnd) throw new ForbiddenModule('the module ends early')
    return this.#bytes[this.at++]!
  }

  /** Unsigned LEB128 of at most 32 bits. */
  u32(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += PAYLOAD_BITS) {
      const byte = this.byte()
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    throw new ForbiddenModule('a number is too long')
  }

  /** LEB128 of either kind. */
  skipNumber(): void {
    while (this.byte() >= 0x80);
  }

  skip(length: number): void {
    if (length > this.end - this.at) throw new ForbiddenModule('the module ends early')
    this.at += length
  }

  /** From `start` to where the reader is. */
  since(start: number): Uint8Array {
    return this.#bytes.subarray(start, this.at)
  }

  /** The next `length` bytes by themselves. */
  part(length: number): ModuleReader {
    const start = this.at
    this.skip(length)
    return new ModuleReader(this.#bytes, start, this.at)
  }

  rest(): Uint8Array {
    return this.#bytes.subarray(this.at, this.end)
  }

  /** So many items, as a count says that comes first. */
  vector<Item>(read: (reader: this) => Item): Item[] {
    const count = this.u32()
    // Each takes a byte at least, so a wrong count ends before it costs memory.
    const items: Item[] = []
    for (let i = 0; i < count; i++) items.push(read(this))
    return items
  }
}

export function unsigned(value: number): number[] {
  const bytes: number[] = []
  let left = value
  do {
    const low = left % 128
    left = Math.floor(left / 128)
    bytes.push(left > 0 ? low | 0x80 : low)
  } while (left > 0)
  return bytes
}

export function signed(value: bigint): number[] {
  const bytes: number[] = []
  for (let left = value; ; ) {
    const low = Number(left & 0x7fn)
    left >>= 7n
    const isSigned = (low & 0x40) !== 0
    if ((left === 0n && !isSigned) || (left === -1n && isSigned)) return [...bytes, low]
    bytes.push(low | 0x80)
  }
}

/** Bytes behind their length. */
export function sized(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.from(unsigned(bytes.length)), bytes])
}

export function section(id: number, content: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(id), sized(content)])
}
