/** Starts a devnet in a process of its own, which stays when the one that asked for it ends. */

import type { Endpoints } from './endpoints.ts'
import type { DevnetEvent } from './events.ts'
import { type SupervisorRequest, startSupervisor } from './supervisor-process.ts'

/** Resolves when the network is up. If this process ends before, the network is stopped. */
export async function startDetached(
  request: Omit<SupervisorRequest, 'life'>,
  onEvent: (event: DevnetEvent) => void,
): Promise<Endpoints> {
  const { running, endpoints } = await startSupervisor({ ...request, life: 'detached' }, onEvent)
  running.release()
  return endpoints
}
