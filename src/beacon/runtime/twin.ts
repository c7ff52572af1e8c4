/** The runtime's twin: the same function in TypeScript. The runtime is compared with it, and simulations run it for its speed. */

import { utf8 } from '../../primitives/bytes.ts'
import { DecodeError } from '../../primitives/codec.ts'
import { decodeAction } from '../actions.ts'
import { decodeAttendanceReport } from '../attendance-report.ts'
import { decodeEvidence } from '../evidence.ts'
import { decodeRecord } from '../record.ts'
import { applyBlock, type BlockContents, composeBlock } from '../transition.ts'
import type { LoadRuntime, Runtime } from './runtime.ts'

/** Items that were decoded, and which of the input's each is. */
interface Decoded<Item> {
  readonly items: readonly Item[]
  readonly places: readonly number[]
}

export const twin: Runtime = {
  applyBlock(host, { items, ...block }) {
    const contents = decodeAll(items)
    const isWellFormed = (Object.keys(contents) as (keyof BlockContents)[]).every(
      (kind) => contents[kind].items.length === items[kind].length,
    )
    if (!isWellFormed) return { ok: false, reason: 'MALFORMED_ITEM' }
    return applyBlock(host, { ...block, ...itemsOf(contents) })
  },
  composeBlock(host, { items, ...block }) {
    const contents = decodeAll(items)
    const composed = composeBlock(host, { ...block, ...itemsOf(contents) })
    if (composed === null) return null
    const { taken, receipts, events } = composed
    const placesOf = (kind: keyof BlockContents) => taken[kind].map((at) => contents[kind].places[at]!)
    return {
      taken: {
        attendance: placesOf('attendance'),
        evidence: placesOf('evidence'),
        records: placesOf('records'),
        actions: placesOf('actions'),
      },
      receipts,
      events,
    }
  },
}

/** What a genesis may carry where everybody executes by the twin. */
export const TWIN_CODE: Uint8Array = utf8('the runtime in TypeScript')

/** Whatever the code is: where it is {@link TWIN_CODE}, or the one that this version of Beacon ships. */
export const loadTwin: LoadRuntime = async () => twin

function decodeAll({
  attendance,
  evidence,
  records,
  actions,
}: Record<keyof BlockContents, readonly Uint8Array[]>) {
  return {
    attendance: decodeEach(attendance, decodeAttendanceReport),
    evidence: decodeEach(evidence, decodeEvidence),
    records: decodeEach(records, decodeRecord),
    actions: decodeEach(actions, decodeAction),
  }
}

function itemsOf({ attendance, evidence, records, actions }: ReturnType<typeof decodeAll>): BlockContents {
  return {
    attendance: attendance.items,
    evidence: evidence.items,
    records: records.items,
    actions: actions.items,
  }
}

function decodeEach<Item>(all: readonly Uint8Array[], decode: (bytes: Uint8Array) => Item): Decoded<Item> {
  const items: Item[] = []
  const places: number[] = []
  for (const [place, bytes] of all.entries()) {
    try {
      items.push(decode(bytes))
      places.push(place)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
    }
  }
  return { items, places }
}
