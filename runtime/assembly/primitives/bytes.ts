/** Byte strings and their hexadecimal form. Hashes, addresses and names are hexadecimal text, everything else bytes. */

const DIGIT_ZERO: u16 = 0x30
const LETTER_A: u16 = 0x61
const PREFIX_UNITS = 2

/** Bytes as 0x-hex in lower case. */
export function toHex(bytes: Uint8Array): string {
  const units = PREFIX_UNITS + 2 * bytes.length
  const text = changetype<string>(__new(<usize>units << 1, idof<string>()))
  let at = changetype<usize>(text)
  store<u16>(at, DIGIT_ZERO)
  store<u16>(at, 0x78, 2)
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]
    at += 4
    store<u16>(at, digitOf(byte >> 4))
    store<u16>(at, digitOf(byte & 15), 2)
  }
  return text
}

/** Inverse of {@link toHex}. */
export function fromHex(text: string): Uint8Array {
  const bytes = new Uint8Array((text.length - PREFIX_UNITS) >> 1)
  for (let i = 0; i < bytes.length; i++) {
    const at = PREFIX_UNITS + 2 * i
    bytes[i] = (valueOf(text.charCodeAt(at)) << 4) | valueOf(text.charCodeAt(at + 1))
  }
  return bytes
}

export function utf8(text: string): Uint8Array {
  return Uint8Array.wrap(String.UTF8.encode(text))
}

export function concatBytes(parts: Uint8Array[]): Uint8Array {
  let length = 0
  for (let i = 0; i < parts.length; i++) length += parts[i].length
  const joined = new Uint8Array(length)
  let offset = 0
  for (let i = 0; i < parts.length; i++) {
    joined.set(parts[i], offset)
    offset += parts[i].length
  }
  return joined
}

export function equalBytes(a: Uint8Array, b: Uint8Array): bool {
  return a.length == b.length && memory.compare(a.dataStart, b.dataStart, a.length) == 0
}

/** What a decoder that takes strangers' text asks first, as strict as TextDecoder with `fatal`. */
export function isUtf8(bytes: Uint8Array): bool {
  let i = 0
  while (i < bytes.length) {
    const lead = bytes[i++]
    if (lead < 0x80) continue
    if (lead < 0xc2 || lead > 0xf4) return false
    const following = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3
    if (i + following > bytes.length) return false
    // The shortest form only, no surrogates, and nothing above U+10FFFF.
    const min: u8 = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80
    const max: u8 = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf
    if (bytes[i] < min || bytes[i] > max) return false
    for (let j = 1; j < following; j++) if ((bytes[i + j] & 0xc0) != 0x80) return false
    i += following
  }
  return true
}

function digitOf(nibble: u8): u16 {
  return nibble < 10 ? DIGIT_ZERO + nibble : LETTER_A + nibble - 10
}

function valueOf(digit: i32): u8 {
  const unit = <u16>digit
  return <u8>(unit < LETTER_A ? unit - DIGIT_ZERO : unit - LETTER_A + 10)
}
