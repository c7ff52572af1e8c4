import { definePlugin } from 'beaconlayer'
import { lagReport } from './tasks.ts'
import './types.ts'

export { lagReport } from './tasks.ts'

export default definePlugin({
  id: '__NAME__',
  version: '0.1.0',
  apiVersion: 1,
  config: { lag: () => import('./config.ts') },
  tasks: [lagReport],
  hooks: { rollup: () => import('./rollup-hooks.ts') },
  commands: {
    'lag show': {
      summary: 'Show how far rollups are ahead of the Beacon Layer.',
      load: () => import('./lag-show.ts'),
    },
  },
})
