/**
 * The ids of traces and spans, which follow from what they are about: whoever has a transaction's hash has its trace's id, and what is sent
 * twice is the same twice.
 */

import { createHash } from 'node:crypto'
import type { Hex } from 'beaconlayer'

const TRACE_ID_DIGITS = 32
const SPAN_ID_DIGITS = 16

/** The first half of the hash. */
export function traceIdOf(tx: Hex): string {
  return tx.slice(2, 2 + TRACE_ID_DIGITS)
}

/**
 * With the block's hash in it: a fresh network with the seed of an earlier one gives the same transactions the same hashes, and its spans
 * must not pass for those of the earlier one.
 */
export function spanIdOf(tx: Hex, blockHash: Hex, span: string): string {
  return createHash('sha256').update(`${blockHash}${tx}${span}`).digest('hex').slice(0, SPAN_ID_DIGITS)
}

/** The page of a trace. */
export function traceUrlOf(template: string, tx: Hex): string {
  return template.replaceAll('{traceId}', traceIdOf(tx))
}
