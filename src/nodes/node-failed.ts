/** What a node process dies of when nobody has described it: a bug of ours. */

import { defineError } from '../errors/beacon-error.ts'

export const NODE_FAILED = defineError<{ reason: string }>({
  code: 'K900',
  name: 'NODE_FAILED',
  kind: 'bug',
  message: ({ reason }) => reason,
  hint: () => 'this is a bug of beacon: please report it with the log of this process',
})
