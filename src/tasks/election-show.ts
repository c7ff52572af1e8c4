/** `beacon run election show ROLLUP`. */

import { describeElection, electionResult, fetchElection } from '../cli/election/show-election.ts'
import type { TaskContext } from '../plugin/context.ts'

interface Args {
  readonly rollup: string
  readonly epoch: number | undefined
}

export default async function electionShow({ rollup, epoch }: Args, { openNetwork, print }: TaskContext) {
  const election = await fetchElection(await openNetwork(), rollup, epoch)
  for (const line of describeElection(election)) print(line)
  return electionResult(election)
}
