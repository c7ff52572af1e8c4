/** Messages on a byte stream: each behind its length (u32), never empty. */

import { DecodeError } from '../primitives/codec.ts'

const HEADER_BYTES = 4

export function encodeFrame(message: Uint8Array): Buffer {
  if (message.length === 0) throw new RangeError('a message is never empty')
  const frame = Buffer.allocUnsafe(HEADER_BYTES + message.length)
  frame.writeUInt32BE(message.length, 0)
  frame.set(message, HEADER_BYTES)
  return frame
}

/** Takes the stream apart. Holds one message at most, in less than twice the bytes of it that have come, however finely they were cut. */
export class FrameReader {
  readonly #messageBytesMax: number
  /** Of the message that is coming in; null before its header is complete. */
  #length: number | null = null
  /** Of the header or the message. */
  #buffer = new Uint8Array(0)
  #filled = 0

  constructor(messageBytesMax: number) {
    this.#messageBytesMax = messageBytesMax
  }

  /** The messages that `chunk` completes, each a copy. Throws DecodeError on an empty or too large one, after which nothing is right. */
  *push(chunk: Uint8Array): Generator<Uint8Array> {
    for (let at = 0; at < chunk.length; ) {
      const wanted = this.#length ?? HEADER_BYTES
      const part = chunk.subarray(at, at + wanted - this.#filled)
      this.#append(part, wanted)
      at += part.length
      if (this.#filled < wanted) return
      const whole = this.#buffer.subarray(0, wanted)
      this.#buffer = new Uint8Array(0)
      this.#filled = 0
      if (this.#length === null) this.#length = this.#readLength(whole)
      else {
        this.#length = null
        yield whole
      }
    }
  }

  #append(part: Uint8Array, wanted: number): void {
    const end = this.#filled + part.length
    if (end > this.#buffer.length) {
      const larger = new Uint8Array(Math.min(wanted, Math.max(end, 2 * this.#buffer.length)))
      larger.set(this.#buffer)
      this.#buffer = larger
    }
    this.#buffer.set(part, this.#filled)
    this.#filled = end
  }

  #readLength(header: Uint8Array): number {
    const length = new DataView(header.buffer).getUint32(0)
    if (length === 0) throw new DecodeError('an empty message')
    if (length > this.#messageBytesMax) throw new DecodeError(`a message of ${length} bytes`)
    return length
  }
}
