// A project of the plugin's own, to try it by hand: `npx beacon plugins`, `npx beacon lag show`.
import { defineConfig } from 'beaconlayer'
import lag from './src/index.ts'

export default defineConfig({
  devnets: {
    default: { validators: 7, rollups: [{ name: 'app', sequencers: 5 }] },
  },
  plugins: [lag],
  lag: { blocksMax: 10 },
})
