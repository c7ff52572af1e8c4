/** From one instance to the next: how a rollup ends one, is cut, goes on, and what of it survives a loss of power. */

import type { Mutant } from '../mutant.ts'

export const HAND_OVER: readonly Mutant[] = [
  {
    name: 'instance-without-end',
    breaks: 'a rollup goes on in its instance when the epoch is over',
    edits: [
      {
        file: 'src/nodes/seat-instances.ts',
        find: '    if (this.#epochAt(block) > instance.epoch) return true\n',
        replace: '',
      },
    ],
    caughtBy: { kind: 'network', seeds: 20, invariants: ['S10', 'S11', 'L2'] },
  },
  {
    name: 'reopened-below-the-record',
    breaks: 'an instance is opened from genesis, though blocks were recorded',
    edits: [
      {
        file: 'src/beacon/transition/lifecycle.ts',
        find: 'const genesis = head === null ? null : genesisAt(head)\n  // Whoever',
        replace: 'const genesis = head === null ? genesisAt(head!) : null\n  // Whoever',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/beacon/transition/records.test.ts',
      title:
        'an instance without a recorded terminal is closed, then another is opened from the highest recorded block',
    },
  },
  {
    name: 'cut-ignored',
    breaks: 'what an opening made void stays in the chain of a seat',
    edits: [
      {
        file: 'src/nodes/seat-instances.ts',
        find: '      if (isVoid) return opening\n',
        replace: '',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/nodes/seat-instances.test.ts',
      title: 'make void what was built on that block before, in the closed instance and after it',
    },
  },
  {
    name: 'votes-in-closed-instances',
    breaks: 'a seat goes on to vote in an instance that was closed',
    edits: [
      {
        file: 'src/nodes/seat-instances.ts',
        find: '    if (this.#closed !== null && compareInstances(instance, this.#closed) >= 0) return false\n',
        replace: '',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/nodes/seat-instances.test.ts',
      title: 'are not voted in while they, or one before them, are closed',
    },
  },
  {
    name: 'beacon-commit-unsynced',
    breaks: 'final Beacon blocks are told of before they are durable',
    edits: [
      {
        file: 'src/beacon/chain-store.ts',
        find: '        headOperation(last),\n      ],\n      { sync: true },\n',
        replace: '        headOperation(last),\n      ],\n',
      },
    ],
    caughtBy: { kind: 'network', seeds: 40, invariants: ['S5'] },
  },
  {
    name: 'rollup-commit-unsynced',
    breaks: 'final rollup blocks are told of before they are durable',
    edits: [
      {
        file: 'src/rollup/chain-store.ts',
        find: 'value: u64(this.headHeight()!) }], { sync: true })',
        replace: 'value: u64(this.headHeight()!) }])',
      },
    ],
    caughtBy: { kind: 'network', seeds: 40, invariants: ['S5', 'S10'] },
  },
  {
    name: 'lost-log-unnoticed',
    breaks: 'RULE A: an empty log beside committed blocks is taken for a new one',
    edits: [
      {
        file: 'src/nodes/running-instance.ts',
        find: 'mayVote: plan.mayVote && isLogWhole }',
        replace: 'mayVote: plan.mayVote }',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/nodes/lost-log.test.ts',
      title: 'a node that comes back without its log follows, and votes again in the next instance',
    },
  },
]
