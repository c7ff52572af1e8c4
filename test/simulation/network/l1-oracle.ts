/** What the L1 accepted, held against the rollups' chains: batches follow each other without a gap, and each ends with a block that is final. */

import { toHex } from '../../../src/primitives/bytes.ts'
import type { RollupId } from '../../../src/primitives/ids.ts'
import { decodePosting } from '../../../src/settlement/inbox.ts'
import type { SimulatedL1 } from '../../../src/simulation/l1.ts'
import type { Breaches } from '../engine/invariants/breaches.ts'
import type { RollupOracle } from './rollup-oracle.ts'

export interface BatchCounts {
  readonly batches: number
  /** In blocks that strangers had left little room in. */
  readonly batchesInFullBlocks: number
}

export function checkBatches(
  l1: SimulatedL1,
  rollups: ReadonlyMap<RollupId, RollupOracle>,
  breaches: Breaches,
): BatchCounts {
  const posted = new Map<RollupId, number>()
  const postings = postingsOf(l1)
  for (const { lastHeight, firstHeight, lastDigest, rollup } of postings) {
    const oracle = rollups.get(rollup)
    const isNext = firstHeight === (posted.get(rollup) ?? 0) + 1
    if (oracle === undefined || !isNext)
      breaches.report('S10', `a batch from ${firstHeight} follows ${posted.get(rollup)}`)
    else if (oracle.digestAt(lastHeight) !== lastDigest)
      breaches.report('S10', `the L1 accepted a batch that ends with another block ${lastHeight}`)
    posted.set(rollup, lastHeight)
  }
  const isFull = (number: number) => {
    const { gasUsed, gasLimit } = l1.block(number)!.header
    return 4 * gasUsed > 3 * gasLimit
  }
  const inFull = postings.filter(({ l1Block }) => isFull(l1Block))
  return { batches: postings.length, batchesInFullBlocks: inFull.length }
}

function postingsOf(l1: SimulatedL1) {
  const postings = []
  for (let number = 1; number <= l1.head.header.number; number++) {
    const { hash, receipts, transactions } = l1.block(number)!
    for (const [index, { logs }] of receipts.entries()) {
      for (const { topics, data } of logs) {
        const log = {
          topics,
          data: toHex(data),
          block: number,
          blockHash: hash,
          transaction: transactions[index]!.hash,
        }
        const posting = decodePosting(log)
        if (posting !== null) postings.push(posting)
      }
    }
  }
  return postings
}
