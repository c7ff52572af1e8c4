/** What the Beacon Layer's state-transition function and elections hold to. */

import type { Mutant } from '../mutant.ts'

export const BEACON_LAYER: readonly Mutant[] = [
  {
    name: 'elected-twice',
    breaks: 'a validator that has a seat can be drawn again',
    edits: [
      {
        file: 'src/beacon/election/draw.ts',
        find: '    insert(taken, { start: line.starts[index]!, length: line.weights[index]! })\n    left -= line.weights[index]!\n',
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
        find: 'const steps = drawSteps(lineOf(weights), seed,',
        replace: 'const steps = drawSteps(lineOf(weights.map((weight) => (weight > 0n ? 1n : 0n))), seed,',
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
        find: '  burn(state, params.actionFee)\n',
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
        file: 'src/beacon/transition/punishments.ts',
        find: 'burn(state, amount - slash.reward - slash.insurance)',
        replace: 'burn(state, amount)',
      },
    ],
    caughtBy: { kind: 'network', seeds: 40, invariants: ['S9'] },
  },
  {
    name: 'unbonding-unpunished',
    breaks: 'stake that is leaving answers no more for what its validator did while it backed it',
    edits: [
      {
        file: 'src/beacon/transition/punishments.ts',
        find: 'const amount = fractionOf(pool.tokens, fraction)',
        replace: 'const amount = fractionOf(pool.tokens, fraction) * 0n',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/beacon/transition/staking.test.ts',
      title: 'an offence is paid by all who backed it: who stayed, who is leaving, and who has moved',
    },
  },
  {
    name: 'moved-stake-unpunished',
    breaks: 'who has moved its stake elsewhere keeps what others lose with its former validator',
    edits: [
      {
        file: 'src/beacon/transition/punishments.ts',
        find: 'if (!answersFor(moved.movedIn, offendedIn)) return moved',
        replace: 'if (!answersFor(moved.movedIn, offendedIn) || taken === 0n) return moved',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/beacon/transition/staking.test.ts',
      title: 'an offence is paid by all who backed it: who stayed, who is leaving, and who has moved',
    },
  },
  {
    name: 'released-before-the-penalty',
    breaks:
      'stake of an offender is paid out while the second part of what the offence costs is still to be taken',
    edits: [
      {
        file: 'src/beacon/transition/stakes.ts',
        find: ' && !awaitsPenalty(context, from)',
        replace: ' && (!awaitsPenalty(context, from) || true)',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/beacon/transition/staking.test.ts',
      title: 'what is leaving an offender is held back until all is taken',
    },
  },
  {
    name: 'paid-for-being-away',
    breaks: 'rewards are minted for those who did not sign',
    edits: [
      {
        file: 'src/beacon/transition/attendance.ts',
        find: 'const earned = present.has(seat) ? voterReward',
        replace: 'const earned = present.size > 0 ? voterReward',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/beacon/transition/staking.test.ts',
      title:
        'rewards go by weight to whoever signed, a commission first, and more to a proposer who brings in more votes',
    },
  },
  {
    name: 'churn-unlimited',
    breaks: 'any amount of stake comes in at once',
    edits: [
      {
        file: 'src/beacon/staking/churn.ts',
        find: 'const taken = amount < this.#left ? amount : this.#left',
        replace: 'const taken = amount < this.#left ? amount : amount',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/beacon/transition/staking.test.ts',
      title: 'no more than a quarter of the stake leaves or comes in one epoch',
    },
  },
  {
    name: 'refused-halfway',
    breaks: 'an action that is refused halfway leaves behind what it had done by then',
    edits: [
      {
        file: 'src/beacon/transition/attempt.ts',
        find: 'if (isKept(outcome)) for',
        replace: 'if (isKept(outcome) || true) for',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/beacon/transition/staking.test.ts',
      title:
        'stake moves at once, once, and answers for the validator that it came from until it would have been free',
    },
  },
  {
    name: 'late-votes-uncounted',
    breaks: 'who is slow but there is jailed: votes that come after a decision are not counted',
    edits: [
      {
        file: 'src/consensus/tally.ts',
        find: 'if (!rules.countsVoters || !isLate',
        replace: 'if (rules.countsVoters || !isLate',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/consensus/signed-ancestor.test.ts',
      title:
        'a leader tells its application of all who signed the block before, those who were late among them',
    },
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
        file: 'src/beacon/staking/validator.ts',
        find: 'validator.gone === null && !isExpelled(validator)',
        replace: 'validator.gone === null',
      },
      {
        file: 'src/beacon/transition/punishments.ts',
        find: '  state.setCandidates(state.candidates().filter((candidate) => candidate !== index))\n',
        replace: '',
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
        find: 'return entry !== null && (entry.tombstonedIn !== null || entry.jailedIn !== null)',
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
