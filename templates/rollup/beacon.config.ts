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
    },
  },
})
