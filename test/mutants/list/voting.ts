/** Votes that contradict one another, that nothing was executed for, or that are counted though they are nobody's. */

import type { Mutant } from '../mutant.ts'

export const VOTING: readonly Mutant[] = [
  {
    name: 'half-quorum',
    breaks: 'more than half of the weight is a quorum',
    edits: [
      {
        file: 'src/consensus/committee.ts',
        find: 'return 3n * weight > 2n * committee.totalWeight',
        replace: 'return 2n * weight > committee.totalWeight',
      },
    ],
    caughtBy: { kind: 'engine', seeds: 100, invariants: ['S1', 'S3', 'S6'] },
  },
  {
    name: 'third-byzantine',
    breaks: 'no code, but the assumption: up to half of the weight is Byzantine',
    edits: [
      {
        file: 'test/simulation/engine/scenario.ts',
        find: 'if (3 * (faulty + weights[seat]!) >= total ||',
        replace: 'if (2 * (faulty + weights[seat]!) >= total ||',
      },
    ],
    caughtBy: { kind: 'engine', seeds: 300, invariants: ['S1', 'S2', 'L1', 'L2'] },
  },
  {
    name: 'finalize-after-nullify',
    breaks: 'RULE F: an F vote in a view that this node gave up',
    edits: [
      {
        file: 'src/consensus/finalize.ts',
        find: 'if (mine.X || mine.F !== null',
        replace: 'if (mine.F !== null',
      },
    ],
    caughtBy: { kind: 'engine', seeds: 100, invariants: ['S3', 'S7'] },
  },
  {
    name: 'nullify-after-finalize',
    breaks: 'RULE X: an X vote in a view that this node voted to finalize',
    edits: [
      {
        file: 'src/consensus/nullify.ts',
        find: 'if (!mayVote(turn) || mine.F !== null) {',
        replace: 'if (!mayVote(turn)) {',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/consensus/step.test.ts',
      title: 'a view that we voted to finalize is not given up by us, even if its certificate is lost',
    },
  },
  {
    name: 'finalize-another-block',
    breaks: 'RULE F: an F vote for a block that won against the one this node notarized',
    edits: [
      {
        file: 'src/consensus/finalize.ts',
        find: ' || (mine.N !== null && mine.N !== digest)',
        replace: '',
      },
    ],
    caughtBy: { kind: 'engine', seeds: 100, invariants: ['S2', 'S3', 'S7'] },
  },
  {
    name: 'finalize-unexecuted',
    breaks: 'RULE F: the F vote does not wait for the execution of the block',
    edits: [
      {
        file: 'src/consensus/finalize.ts',
        find: 'if (!isExecuted(turn, digest) || !mayVote(turn)) return false',
        replace: 'if (!mayVote(turn)) return false',
      },
    ],
    caughtBy: { kind: 'engine', seeds: 100, invariants: ['S2', 'S4'] },
  },
  {
    name: 'notarize-unexecuted',
    breaks: 'RULE N: the N vote does not wait for the execution of the block',
    edits: [
      {
        file: 'src/consensus/notarize.ts',
        find: "if (verdict !== 'allowed' || !isExecuted(turn, held.block.digest)) return false",
        replace: "if (verdict !== 'allowed') return false",
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/consensus/step.test.ts',
      title: 'a proposal is voted for once the application has executed it',
    },
  },
  {
    name: 'double-notarize',
    breaks: 'RULE N: another proposal after a restart gets an N vote too',
    edits: [
      {
        file: 'src/consensus/notarize.ts',
        find: 'round.proposalRefused || round.mine.N !== null ||',
        replace: 'round.proposalRefused || round.mine.N === round.proposal ||',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/consensus/step.test.ts',
      title: 'a node that notarized a block before a crash does not notarize another one after it',
    },
  },
  {
    name: 'closed-view-votes',
    breaks: 'votes go on in the views of a fork that was abandoned',
    edits: [
      {
        file: 'src/consensus/finalize.ts',
        find: 'view > decidedView(state) && view > closedView(rules.committee)',
        replace: 'view > decidedView(state)',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/consensus/fork.test.ts',
      title: 'a block that was notarized in the fork before gets no further vote',
    },
  },
  {
    name: 'closed-view-resumed',
    breaks: 'a restored node takes up where the abandoned fork was',
    edits: [
      {
        file: 'src/consensus/recovery.ts',
        find: 'Math.max(decidedView(state), closedView(turn.rules.committee)) + 1',
        replace: 'decidedView(state) + 1',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/consensus/fork.test.ts',
      title:
        'a restored network goes on as another fork, in which votes of the abandoned future count for nothing',
    },
  },
  {
    name: 'relayed-votes',
    breaks: 'a vote counts whichever peer it comes from',
    edits: [
      {
        file: 'src/consensus/step.ts',
        find: "if (vote.signer !== peer.seat || (vote.kind === 'X'",
        replace: "if ((vote.kind === 'X'",
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/consensus/step.test.ts',
      title: 'a vote that names another seat than its sender counts for nobody',
    },
  },
  {
    name: 'votes-counted-twice',
    breaks: 'the same vote received twice weighs twice',
    edits: [
      {
        file: 'src/consensus/tally.ts',
        find: 'if (conflict !== null || round.votes[vote.kind].has(vote.signer)) return',
        replace: 'if (conflict !== null) return',
      },
      {
        file: 'src/consensus/tally.ts',
        find: 'round.votes[vote.kind].set(vote.signer, vote)',
        replace: 'round.votes[vote.kind].set(round.votes[vote.kind].size, vote)',
      },
    ],
    caughtBy: { kind: 'engine', seeds: 100, invariants: ['S1', 'S6'] },
  },
  {
    name: 'everyone-banned',
    breaks: 'a bad signature in an aggregate bans everyone in it, honest seats too',
    edits: [
      {
        file: 'src/consensus/tally.ts',
        find: 'votes.filter((vote) => !isAuthentic(turn, vote))',
        replace: 'votes',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/consensus/step.test.ts',
      title: 'a bad signature fails the aggregate, and bans the seat that sent it but no other',
    },
  },
  {
    name: 'accuse-the-honest',
    breaks: 'notarizing a view and then nullifying it, which is legal, is reported as evidence',
    edits: [
      {
        file: 'src/consensus/evidence.ts',
        find: "if (kind === 'X' && before.F) return { kind: 'XF', first: vote, second: before.F }",
        replace:
          "if (kind === 'X' && (before.F ?? before.N))\n    return { kind: 'XF', first: vote, second: (before.F ?? before.N)! }",
      },
    ],
    caughtBy: { kind: 'engine', seeds: 100, invariants: ['S7'] },
  },
  {
    name: 'accuse-unverified',
    breaks: 'evidence is reported without verifying its two signatures',
    edits: [
      {
        file: 'src/consensus/evidence.ts',
        find: 'if (isAuthentic(turn, evidence.first) && isAuthentic(turn, evidence.second)) {',
        replace: 'if (evidence !== null) {',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/consensus/step.test.ts',
      title: 'a contradiction with a bad signature is no evidence, and bans its sender',
    },
  },
  {
    name: 'no-evidence',
    breaks: 'a seat that votes for two blocks is not reported',
    edits: [
      {
        file: 'src/consensus/evidence.ts',
        find: "if (kind === 'N' && before.N && before.N.digest !== digest)",
        replace: "if (kind === 'N' && before.N && before.N === vote)",
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/consensus/step.test.ts',
      title: 'NN is reported in whichever order the votes come, and once only',
    },
  },
]
