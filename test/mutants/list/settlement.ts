/** What the nodes know of the L1, and what they post there. */

import type { Mutant } from '../mutant.ts'

export const SETTLEMENT: readonly Mutant[] = [
  {
    name: 'reorg-overlooked',
    breaks: 'batches that an L1 reorg took back still count as posted',
    edits: [
      {
        file: 'src/settlement/watcher.ts',
        find: 'if (await this.#isCanonical(scannedPoint(state))) return state\n    for',
        replace: 'if (scannedPoint(state) !== null) return state\n    for',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/settlement/watcher.test.ts',
      title: 'a reorg steps a batch down, and its next posting up again',
    },
  },
  {
    name: 'heads-fall-below-final',
    breaks: 'an L1 reorg takes back what was final',
    edits: [
      {
        file: 'src/rollup/heads.ts',
        find: 'Math.max(height, this.#reached.final)',
        replace: 'height',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/rollup/heads.test.ts',
      title: 'fall from posted to beacon when the L1 reorganises, and never lower than final',
    },
  },
  {
    name: 'diverged-batch-posted',
    breaks: 'a batch is sent that does not continue what the inbox has',
    edits: [
      {
        file: 'src/settlement/posting-turns.ts',
        find: "return head.batchCount > 0 && parentDigest !== head.lastDigest ? 'diverged' : null",
        replace: "return head.batchCount < 0 && parentDigest !== head.lastDigest ? 'diverged' : null",
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/settlement/posting-turns.test.ts',
      title: 'a batch on another block than the inbox has is never sent',
    },
  },
]
