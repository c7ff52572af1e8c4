/** Nothing wrong is signed, but somebody is left behind, or waits longer than the protocol promises. */

import type { Mutant } from '../mutant.ts'

export const LIVENESS: readonly Mutant[] = [
  {
    name: 'no-relay',
    breaks: 'RULE R: certificates that let a node into its view are not passed on',
    edits: [
      {
        file: 'src/consensus/serve.ts',
        find: 'if (peer.seat >= 0 && peer.view < state.view && state.entry !== null)',
        replace: 'if (peer.seat >= 0 && peer.view < 0 && state.entry !== null)',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/consensus/step.test.ts',
      title: 'the entry certificate is relayed to the seats not known to have it',
    },
  },
  {
    name: 'no-body-served',
    breaks: 'blocks that peers miss are not sent to them',
    edits: [
      {
        file: 'src/consensus/serve.ts',
        find: 'if (held !== undefined && mayServeBody(turn, peer))',
        replace: 'if (held !== undefined && !mayServeBody(turn, peer))',
      },
    ],
    caughtBy: { kind: 'engine', seeds: 200, invariants: ['L1', 'L2'] },
  },
  {
    name: 'one-turn-for-all-requests',
    breaks: 'requests for chains come back to a peer that never answers, in step with those for blocks',
    edits: [
      {
        file: 'src/consensus/fetch.ts',
        find: "nextPeers(turn, 'chains', 1)",
        replace: "nextPeers(turn, 'needs', 1)",
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/consensus/catch-up.test.ts',
      title: 'turns to each peer for the chain, whatever it asks them for meanwhile',
    },
  },
  {
    name: 'late-proposals-dropped',
    breaks: 'a block that is missing is not taken from a proposal that comes after the votes of the others',
    edits: [
      {
        file: 'src/consensus/proposals.ts',
        find: 'takeCertified(turn, block)',
        replace: '',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/consensus/step.test.ts',
      title: 'the body of a final block is kept, though its proposal comes after the votes of the others',
    },
  },
  {
    name: 'no-rebroadcast',
    breaks: 'who gave a view up says so once only, whether or not it was heard',
    edits: [
      {
        file: 'src/consensus/nullify.ts',
        find: '    repeat(turn)\n',
        replace: '',
      },
    ],
    caughtBy: { kind: 'engine', seeds: 100, invariants: ['L1', 'L2'] },
  },
  {
    name: 'no-finality-push',
    breaks: 'the best F certificate is not pushed when a view times out',
    edits: [
      {
        file: 'src/consensus/nullify.ts',
        find: '  tellFinality(turn)\n  return true',
        replace: '  return true',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/consensus/step.test.ts',
      title: 'giving a view up tells everyone what is final, unless they have been told',
    },
  },
  {
    name: 'no-justification',
    breaks: 'proposals come without the certificates that let laggards follow',
    edits: [
      {
        file: 'src/consensus/propose.ts',
        find: 'certificates: proofs(turn, on.certificate, because) })',
        replace: 'certificates: proofs(turn, on.certificate, because).slice(0, 0) })',
      },
    ],
    caughtBy: { kind: 'engine', seeds: 100, invariants: ['L1', 'L2'] },
  },
  {
    name: 'late-body-dropped',
    breaks: 'a block that comes after its certificate, too late for its view, is not kept',
    edits: [
      {
        file: 'src/consensus/proposals.ts',
        find: '} else if (isCertified(state, block)) holdBlock(turn, block)',
        replace: '}',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/consensus/step.test.ts',
      title: 'the body of a certified block is kept, though its proposal comes when the view is over',
    },
  },
  {
    name: 'no-skipping',
    breaks: 'leaders that are silent are waited for in each of their views',
    edits: [
      {
        file: 'src/consensus/views.ts',
        find: '>= SILENT_VIEWS_MAX',
        replace: '>= Infinity + SILENT_VIEWS_MAX',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/consensus/step.test.ts',
      title: 'a leader that was silent in two of its views is no longer waited for, until it votes',
    },
  },
  {
    name: 'skipped-for-ever',
    breaks: 'a leader that was silent once is skipped from then on, though it is back',
    edits: [
      {
        file: 'src/consensus/tally.ts',
        find: '  state.silentViews.delete(vote.signer)\n',
        replace: '',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/consensus/step.test.ts',
      title: 'a leader that was silent in two of its views is no longer waited for, until it votes',
    },
  },
  {
    name: 'silent-to-newcomers',
    breaks: 'a peer that connects is not told which view the others are in',
    edits: [
      {
        file: 'src/consensus/serve.ts',
        find: '  sendPosition(turn, key)\n  if (!mayVote(turn)',
        replace: '  if (!mayVote(turn)',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/consensus/step.test.ts',
      title: 'a new peer gets the entry certificate and our votes of the view',
    },
  },
  {
    name: 'chains-not-fetched',
    breaks: 'who is far behind does not ask for the final blocks that it missed',
    edits: [
      {
        file: 'src/consensus/fetch.ts',
        find: "  send(turn, peer, { type: 'chainRequest', fromHeight, max: CHAIN_BLOCKS_MAX })\n",
        replace: '',
      },
    ],
    caughtBy: { kind: 'engine', seeds: 500, invariants: ['L2'] },
  },
]
