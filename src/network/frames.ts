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

/** Takes the stream apart. Holds no more than has been received, and never more than one message and one chunk. */
export class FrameReader {
  readonly #messageBytesMax: number
  #chunks: Uint8Array[] = []
  #buffered = 0
  /** Of the message that is coming in; null before its header is complete. */
  #length: number | null = null

  constructor(messageBytesMax: number) {
    this.#messageBytesMax = messageBytesMax
  }

  /** The messages that `chunk` completes, each a copy. Throws DecodeError on an empty or too large one, after which nothing is right. */
  *push(chunk: Uint8Array): Generator<Uint8Array> {
    this.#chunks.push(chunk)
    this.#buffered += chunk.length
    while (true) {
      if (this.#length === null) {
        if (this.#buffered < HEADER_BYTES) return
        this.#length = this.#readLength()
      }
      if (this.#buffered < this.#length) return
      const message = this.#take(this.#length)
      this.#length = null
      yield message
    }
  }

  #readLength(): number {
    const header = this.#take(HEADER_BYTES)
    const length = new DataView(header.buffer).getUint32(0)
    if (length === 0) throw new DecodeError('an empty message')
    if (length > this.#messageBytesMax) throw new DecodeError(`a message of ${length} bytes`)
    return length
  }

  #take(length: number): Uint8Array {
    const taken = new Uint8Array(length)
    let filled = 0
    let used = 0
    while (filled < length) {
      const chunk = this.#chunks[used]!
      const part = chunk.subarray(0, length - filled)
      taken.set(part, filled)
      filled += part.length
      if (part.length < chunk.length) this.#chunks[used] = chunk.subarray(part.length)
      else used++
    }
    this.#chunks.splice(0, used)
    this.#buffered -= length
    return taken
  }
}
