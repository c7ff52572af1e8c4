/** Parsed public keys by their bytes: parsing one (decompression and subgroup check) costs as much as a tenth of a verification. */

import { bytesToLatin1 } from '../primitives/bytes.ts'

/** More than all validators of a network; about 1 kB each. */
const KEYS_MAX = 4096

export class PublicKeyCache<Key> {
  readonly #parse: (bytes: Uint8Array) => Key
  readonly #keysMax: number
  /** In order of insertion, the oldest first. */
  readonly #keys = new Map<string, Key>()

  constructor(parse: (bytes: Uint8Array) => Key, keysMax = KEYS_MAX) {
    this.#parse = parse
    this.#keysMax = keysMax
  }

  /** Throws what the parser throws; only valid keys are kept. */
  parse(bytes: Uint8Array): Key {
    const id = bytesToLatin1(bytes)
    const known = this.#keys.get(id)
    if (known !== undefined) return known
    const key = this.#parse(bytes)
    if (this.#keys.size >= this.#keysMax) this.#keys.delete(this.#keys.keys().next().value!)
    this.#keys.set(id, key)
    return key
  }

  get size(): number {
    return this.#keys.size
  }
}
