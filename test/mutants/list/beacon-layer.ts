/** What the Beacon Layer's state-transition function and elections hold to. */

import type { Mutant } from '../mutant.ts'

export const BEACON_LAYER: readonly Mutant[] = [
  {
    name: 'elected-twice',
    breaks: 'a validator that has a seat can be drawn again',
    edits: [
      {
        file: 'src/beacon/election/draw.ts',
        find: '    insert(taken, { start: starts[index]!, length: weights[index]! })\n    left -= weights[index]!\n',
        replace: '',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/beacon/election/draw.test.ts',
      title: 'seats and standby are distinct, have weight, and are as many as asked for',
    },
  },
  {
    name: 'stakes-ignored',
    breaks: 'every validator with a stake is as likely to be elected',
    edits: [
      {
        file: 'src/beacon/election/draw.ts',
        find: 'const order = drawOrder(weights, seed,',
        replace: 'const order = drawOrder(weights.map((weight) => (weight > 0n ? 1n : 0n)), seed,',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/beacon/election/draw.test.ts',
      title: 'each validator is elected as often as the exact law says',
    },
  },
  {
    name: 'weights-uncapped',
    breaks: 'one validator may weigh more than a fifth',
    edits: [
      {
        file: 'src/beacon/election/cap.ts',
        find: 'return stakes.map((stake) => lower(stake, cap))',
        replace: 'return stakes.map((stake) => lower(stake, 5n * cap))',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/beacon/election/cap.test.ts',
      title: 'nobody holds more than a fifth, nobody gains, and the cap is the largest that keeps to it',
    },
  },
  {
    name: 'any-reveal',
    breaks: 'a proposer may reveal what it likes, and so choose the randomness',
    edits: [
      {
        file: 'src/beacon/transition/randomness.ts',
        find: '  if (!host.signatures.verify(proposer.publicKey, message, reveal)) return false\n',
        replace: '  if (message.length === 0) return false\n',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/beacon/transition/randomness.test.ts',
      title: 'only the one reveal of the proposer for this view and parent is valid',
    },
  },
  {
    name: 'fees-vanish',
    breaks: 'the fee of an action is taken, but not counted as burned',
    edits: [
      {
        file: 'src/beacon/transition/actions.ts',
        find: '  state.setBurned(state.burned() + params.actionFee)\n',
        replace: '',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/beacon/transition/actions.test.ts',
      title: 'tokens are only moved or burned',
    },
  },
  {
    name: 'evidence-unproven',
    breaks: 'evidence is taken into the state without verifying its signatures',
    edits: [
      {
        file: 'src/beacon/evidence.ts',
        find: 'return holds ? offence : null',
        replace: 'return holds || !holds ? offence : null',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/beacon/transition/evidence.test.ts',
      title: 'votes that an honest node casts are no evidence',
    },
  },
  {
    name: 'punished-twice',
    breaks: 'an offence can be brought up in every block, and costs a part of the stake each time',
    edits: [
      {
        file: 'src/beacon/transition/evidence.ts',
        find: "  if (state.validator(member.validator)!.tombstonedIn !== null) return 'ALREADY_PUNISHED'\n",
        replace: '',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/beacon/transition/evidence.test.ts',
      title: 'an offender is convicted once',
    },
  },
  {
    name: 'slash-minted',
    breaks: "the reporter's reward is paid and burned",
    edits: [
      {
        file: 'src/beacon/transition/evidence.ts',
        find: 'state.setBurned(state.burned() + slash.amount - slash.reward)',
        replace: 'state.setBurned(state.burned() + slash.amount)',
      },
    ],
    caughtBy: { kind: 'network', seeds: 40, invariants: ['S9'] },
  },
  {
    name: 'running-committee-changed',
    breaks: 'an expelled member loses its seat in an instance that runs, whose committee others know already',
    edits: [
      {
        file: 'src/beacon/transition/vacancies.ts',
        find: 'for (let at = current + 1; at <=',
        replace: 'for (let at: number = current; at <=',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/beacon/transition/slashing.test.ts',
      title: 'its seats of coming epochs go to reserves at once',
    },
  },
  {
    name: 'expelled-drawn-again',
    breaks: 'an expelled validator keeps its weight in the sets that are frozen afterwards',
    edits: [
      {
        file: 'src/beacon/staking/validator-set.ts',
        find: 'stake >= minStake && tombstonedIn === null',
        replace: 'stake >= minStake && (tombstonedIn === null || true)',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/beacon/transition/slashing.test.ts',
      title: 'whoever was expelled has no weight once the next set is frozen, and is never drawn again',
    },
  },
  {
    name: 'seat-taken-from-the-innocent',
    breaks: 'a proof of an election needn’t show that those who lost their seats were expelled',
    edits: [
      {
        file: 'src/beacon/election-proof.ts',
        find: 'return entry !== null && entry.tombstonedIn !== null',
        replace: 'return entry !== null || true',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/beacon/transition/slashing.test.ts',
      title: 'nobody is said to have lost a seat who was not expelled',
    },
  },
  {
    name: 'record-uncertified',
    breaks: 'blocks are recorded that the committee did not certify',
    edits: [
      {
        file: 'src/beacon/transition/records.ts',
        find: "return isValid ? null : 'INVALID_CERTIFICATE'",
        replace: "return isValid ? null : committee === null ? 'INVALID_CERTIFICATE' : null",
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/beacon/transition/records.test.ts',
      title: 'a record that does not continue the recorded chain is refused with its reason',
    },
  },
]
