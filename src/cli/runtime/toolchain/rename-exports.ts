/** Renames exports of a core WASM module. */

const EXPORT_SECTION = 7
const HEADER_BYTES = 8

/** `names` maps old to new; exports that aren't in it keep their names. */
export function renameExports(module: Uint8Array, names: Readonly<Record<string, string>>): Uint8Array {
  const cursor = new Cursor(module, HEADER_BYTES)
  const parts: Uint8Array[] = [module.subarray(0, HEADER_BYTES)]
  while (cursor.at < module.length) {
    const start = cursor.at
    const id = cursor.byte()
    const end = cursor.number() + cursor.at
    if (id === EXPORT_SECTION) {
      const section = renamed(cursor, names)
      parts.push(Uint8Array.of(EXPORT_SECTION), encodeNumber(section.length), section)
    } else parts.push(module.subarray(start, end))
    cursor.at = end
  }
  return Buffer.concat(parts)
}

function renamed(cursor: Cursor, names: Readonly<Record<string, string>>): Uint8Array {
  const count = cursor.number()
  const parts: Uint8Array[] = [encodeNumber(count)]
  for (let i = 0; i < count; i++) {
    const name = new TextDecoder().decode(cursor.bytes(cursor.number()))
    const kind = cursor.byte()
    const index = cursor.number()
    const bytes = new TextEncoder().encode(names[name] ?? name)
    parts.push(encodeNumber(bytes.length), bytes, Uint8Array.of(kind), encodeNumber(index))
  }
  return Buffer.concat(parts)
}

class Cursor {
  readonly #bytes: Uint8Array
  at: number

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.at = at
  }

  byte(): number {
    return this.#bytes[this.at++]!
  }

  bytes(length: number): Uint8Array {
    this.at += length
    return this.#bytes.subarray(this.at - length, this.at)
  }

  /** Unsigned LEB128. */
  number(): number {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte()
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
  }
}

function encodeNumber(value: number): Uint8Array {
  const bytes: number[] = []
  let left = value
  do {
    const low = left % 128
    left = Math.floor(left / 128)
    bytes.push(left > 0 ? low | 0x80 : low)
  } while (left > 0)
  return Uint8Array.from(bytes)
}
