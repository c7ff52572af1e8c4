import { defineConfig } from 'beaconlayer'

export default defineConfig({
  devnets: {
    default: {
      validators: 7,
      rollups: [
        // A block as soon as there is work, by a small committee: it confirms fast.
        { name: 'swift', sequencers: 5, blockTime: 'instant' },
        // A block every 400 ms, by a larger committee, each of whose members has that many tokens at stake.
        { name: 'steady', sequencers: 6, blockTime: 400, minStake: '32000' },
      ],
      // What `npm run faults` does to a network, and what it expects of it.
      faults: [
        // Of any committee of five one may be missing, and of one of six too.
        { fault: { kind: 'partition', groups: [['validator-0']] } },
        { expect: { rollup: 'swift', withinMs: 10_000 } },
        { expect: { rollup: 'steady', withinMs: 10_000 } },
        { fault: { kind: 'heal' } },
        // Of a second vote in the same view everybody learns.
        { fault: { kind: 'equivocate', processes: ['validator-1'], beacon: true } },
        { expect: { offence: 'validator-1', withinMs: 30_000 } },
        // With three of seven gone, a committee of six has lost two at least: too many, until they are back.
        { fault: { kind: 'kill', processes: ['validator-2', 'validator-3', 'validator-4'] } },
        { expect: { rollup: 'steady', standsStillMs: 2_000, withinMs: 20_000 } },
        { fault: { kind: 'heal' } },
        { expect: { rollup: 'steady', rung: 'beacon', withinMs: 20_000 }, after: 'heal' },
      ],
    },
  },
})
