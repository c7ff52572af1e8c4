/** A seed that a person wrote, as the number that chance begins with. */

import { keccak256 } from '../../src/primitives/hash.ts'

export function seedNumber(text: string): number {
  return Buffer.from(keccak256(new TextEncoder().encode(text))).readInt32BE(0)
}
