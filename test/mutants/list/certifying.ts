/** Certificates and blocks that are taken for good without the checks that make them so. */

import type { Mutant } from '../mutant.ts'

export const CERTIFYING: readonly Mutant[] = [
  {
    name: 'trusted-certificates',
    breaks: 'certificates from peers are not verified',
    edits: [
      {
        file: 'src/consensus/certificates.ts',
        find: 'if (!verifyCertificate(rules.committee, rules.scheme, certificate)) {',
        replace: 'if (rules.committee.members.length === 0) {',
      },
    ],
    caughtBy: { kind: 'engine', seeds: 100, invariants: ['S1', 'S6'] },
  },
  {
    name: 'underweight-certificate',
    breaks: 'a certificate by less than a quorum is accepted',
    edits: [
      {
        file: 'src/consensus/vote.ts',
        find: '!isQuorum(\n',
        replace: 'signers.length === 0 &&\n    !isQuorum(\n',
      },
    ],
    caughtBy: { kind: 'engine', seeds: 500, invariants: ['S6'] },
  },
  {
    name: 'foreign-domain',
    breaks: 'signatures of another instance, epoch or fork are valid here',
    edits: [
      {
        file: 'src/consensus/vote.ts',
        find: '      domainAt(committee, at),\n',
        replace: '      new Uint8Array(committee.domains.length === 0 ? 1 : 0),\n',
      },
    ],
    caughtBy: { kind: 'engine', seeds: 200, invariants: ['S6'] },
  },
  {
    name: 'foreign-epoch',
    breaks: 'signatures of one epoch are valid in the next',
    edits: [
      {
        file: 'src/consensus/committee.ts',
        find: 'writeInstance(bound, instance).finish()',
        replace: 'writeInstance(bound, { ...instance, epoch: 0 as typeof instance.epoch }).finish()',
      },
    ],
    caughtBy: { kind: 'engine', seeds: 200, invariants: ['S6'] },
  },
  {
    name: 'skipped-views-unjustified',
    breaks: 'a block may skip views without their X certificates',
    edits: [
      {
        file: 'src/consensus/inspect.ts',
        find: "return isJustified(turn, block) ? null : 'justification'",
        replace: 'return null',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/consensus/step.test.ts',
      title: 'a block that skips a view without its X certificate is refused',
    },
  },
  {
    name: 'invalid-blocks',
    breaks: 'a block that the application finds invalid counts as executed',
    edits: [
      {
        file: 'src/consensus/blocks.ts',
        find: "if (valid) held.execution = 'valid'",
        replace: "if (valid !== null) held.execution = 'valid'",
      },
    ],
    caughtBy: { kind: 'engine', seeds: 100, invariants: ['S4', 'contract'] },
  },
  {
    name: 'time-backwards',
    breaks: 'a block may be older than its parent',
    edits: [
      {
        file: 'src/consensus/inspect.ts',
        find: "  if (header.time < parent.header.time) return 'time'\n",
        replace: '',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/consensus/step.test.ts',
      title: 'a block that is older than its parent is refused',
    },
  },
  {
    name: 'chain-response-unchecked',
    breaks: 'a chain response is taken though its blocks do not lead to its certificate',
    edits: [
      {
        file: 'src/consensus/chain-response.ts',
        find: 'if (!isChain(blocks, headers, response) || !acceptCertificate(turn, certificate, from)) {',
        replace: 'if (!acceptCertificate(turn, certificate, from)) {',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/consensus/catch-up.test.ts',
      title: 'whose blocks do not follow one another is refused, and its sender no longer heard',
    },
  },
  {
    name: 'terminal-ignored',
    breaks: 'blocks are built and accepted on top of the terminal block',
    edits: [
      {
        file: 'src/consensus/turn.ts',
        find: 'return block.digest !== rules.genesis.digest && rules.isTerminal(block)',
        replace: 'return block.digest === rules.genesis.digest && rules.isTerminal(block)',
      },
    ],
    caughtBy: { kind: 'engine', seeds: 100, invariants: ['S11'] },
  },
  {
    name: 'commits-out-of-order',
    breaks: 'a commit does not wait for the one before it',
    edits: [
      {
        file: 'src/consensus/engine.ts',
        find: 'this.#commits = this.#commits\n      .then(',
        replace: 'this.#commits = Promise.resolve()\n      .then(',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/consensus/engine.test.ts',
      title: 'nothing is committed before what comes before it is durable',
    },
  },
]
