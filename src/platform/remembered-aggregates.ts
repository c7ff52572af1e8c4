/**
 * A signature scheme that remembers which aggregates held. A certificate is met several times: when it is offered for recording, when its
 * Beacon block is composed, and when that is executed.
 */

import { bytesToLatin1 } from '../primitives/bytes.ts'
import { keccak256 } from '../primitives/hash.ts'
import type { SignatureScheme } from '../primitives/signatures.ts'

/** Far more than are met again; about 100 B each. */
const REMEMBERED_MAX = 2048

/** Only what held is remembered, so forgeries push nothing out. */
export function rememberAggregates(scheme: SignatureScheme, rememberedMax = REMEMBERED_MAX): SignatureScheme {
  /** In order of insertion, the oldest first. */
  const held = new Set<string>()
  return {
    aggregate: scheme.aggregate,
    verify: scheme.verify,
    verifyAggregate(publicKeys, message, aggregate) {
      const name = nameOf(publicKeys, message, aggregate)
      if (held.has(name)) return true
      if (!scheme.verifyAggregate(publicKeys, message, aggregate)) return false
      if (held.size >= rememberedMax) held.delete(held.values().next().value!)
      held.add(name)
      return true
    },
  }
}

/** Each part is hashed by itself: their lengths are a stranger's to choose. */
function nameOf(publicKeys: readonly Uint8Array[], message: Uint8Array, aggregate: Uint8Array): string {
  const parts = [
    keccak256(...publicKeys.map((key) => keccak256(key))),
    keccak256(message),
    keccak256(aggregate),
  ]
  return bytesToLatin1(keccak256(...parts))
}
