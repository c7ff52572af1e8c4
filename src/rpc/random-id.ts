/** Ids of filters and subscriptions, as geth makes them. */

import type { Random } from '../platform/ports.ts'
import { type Hex, toHex } from '../primitives/bytes.ts'

/** 128 random bits as a QUANTITY, so without leading zeros: clients read it as a number and hand back what they read. */
export function randomId(random: Random): Hex {
  return `0x${BigInt(toHex(random.bytes(16))).toString(16)}`
}
