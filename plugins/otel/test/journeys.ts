/** A way up the ladder, made up: all that tests of spans need. */

import type { Journey } from '../src/journey.ts'

export const PROPOSED_MS = 1_800_000_000_000

export const journey: Journey = {
  tx: `0x${'ab'.repeat(16)}${'cd'.repeat(16)}`,
  rollup: { id: 1, name: 'app', chainId: 4242 },
  block: { number: 7, hash: `0x${'b7'.repeat(32)}`, index: 2 },
  receipt: { from: `0x${'f1'.repeat(20)}`, to: `0x${'f2'.repeat(20)}`, gasUsed: 21_000, isReverted: false },
  times: {
    proposed: PROPOSED_MS,
    notarized: PROPOSED_MS + 20,
    soft: PROPOSED_MS + 45,
    beacon: PROPOSED_MS + 600,
    posted: PROPOSED_MS + 2_000,
    final: PROPOSED_MS + 4_000,
  },
  certificate: {
    epoch: 3,
    sub: 0,
    view: 12,
    committeeSize: 4,
    signers: [
      { seat: 0, validator: 6 },
      { seat: 2, validator: 1 },
      { seat: 3, validator: 4 },
    ],
  },
  record: { height: 99, digest: `0x${'d9'.repeat(32)}` },
  posting: { chainId: 31337, txHash: `0x${'11'.repeat(32)}`, block: 55, batch: 5 },
  unfinished: null,
}
