/** What a supervisor dies of when nobody has described it: a bug of ours. */

import { defineError } from '../errors/beacon-error.ts'

export const SUPERVISOR_FAILED = defineError<{ reason: string }>({
  code: 'D900',
  name: 'SUPERVISOR_FAILED',
  kind: 'bug',
  message: ({ reason }) => reason,
  hint: () => 'this is a bug of beacon: please report it with logs/supervisor.log',
})
