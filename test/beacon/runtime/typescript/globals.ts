/** What the twin takes for granted of Node, and QuickJS has not. */

import { Buffer } from 'buffer'

export { Buffer }

export class TextEncoder {
  encode(text: string): Uint8Array {
    return new Uint8Array(Buffer.from(text, 'utf8'))
  }
}

/** As the decoders here use it: malformed text is an error, a byte order mark is kept. */
export class TextDecoder {
  decode(bytes: Uint8Array): string {
    const text = Buffer.from(bytes).toString('utf8')
    if (Buffer.compare(Buffer.from(text, 'utf8'), bytes) !== 0) throw new TypeError('malformed UTF-8')
    return text
  }
}

// Node's takes any bytes.
Buffer.prototype.equals = function equals(this: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(this, other) === 0
}
