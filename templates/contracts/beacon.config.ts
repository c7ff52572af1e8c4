import { defineConfig } from 'beaconlayer'
import { compile } from './tasks/compile.ts'
import { deployToken } from './tasks/deploy.ts'

export default defineConfig({
  devnets: {
    default: { validators: 7, rollups: [{ name: 'app', sequencers: 5 }] },
  },
  tasks: [compile, deployToken],
})
