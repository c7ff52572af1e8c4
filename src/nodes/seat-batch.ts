/** The batch that a rollup needs next on the L1, as one of its seats sees it. */

import { writeCertificate } from '../consensus/vote.ts'
import { ByteWriter } from '../primitives/codec.ts'
import type { Height, Instance } from '../primitives/ids.ts'
import type { RollupApplication } from '../rollup/application.ts'
import { encodeBatch, nextBatch } from '../rollup/batcher.ts'
import { ethereumHash } from '../rollup/header.ts'
import type { SeatBatch } from './seat-messages.ts'

/** Null unless blocks from `firstHeight` on are recorded on the Beacon Layer and this node had a seat in the last one's instance. */
export function composeSeatBatch(
  application: RollupApplication,
  firstHeight: Height,
  seatIn: (instance: Instance) => { readonly seat: number; readonly seats: number } | null,
): SeatBatch | null {
  const { store } = application.chain
  const batch = nextBatch(store, application.rollup, firstHeight - 1, application.heads.height('beacon'))
  const last = batch?.blocks.at(-1)
  if (batch === null || last === undefined) return null
  const place = seatIn(last.header.instance)
  if (place === null) return null
  const parent = store.blockAt(firstHeight - 1)!
  return {
    batch: {
      rollup: application.rollup,
      firstHeight,
      lastHeight: last.header.height,
      parentDigest: parent.digest,
      lastDigest: last.digest,
      lastBlockHash: ethereumHash(last.appHeader),
      stateRoot: last.header.stateRoot,
      certificate: writeCertificate(new ByteWriter(), batch.certificate).finish(),
      data: encodeBatch(batch),
    },
    seatsBefore: (place.seat - last.header.proposer + place.seats) % place.seats,
  }
}
