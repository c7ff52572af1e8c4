/** Starts a devnet in a process of its own, which stays when the one that asked for it ends. */

import { BeaconError, type ErrorKind } from '../errors/beacon-error.ts'
import type { DevnetRequest } from './devnet.ts'
import type { Endpoints } from './endpoints.ts'
import { firstMessage } from './first-word.ts'
import { createDevnetFolder, devnetFolder } from './folder.ts'
import { nodeProgram } from './installation.ts'
import { startProcess } from './process.ts'
import type { DevnetEvent } from './supervisor.ts'

/** What the detached process says until it is up. */
export type DetachedMessage =
  | { readonly type: 'event'; readonly event: DevnetEvent }
  | { readonly type: 'up'; readonly endpoints: Endpoints }
  | {
      readonly type: 'failed'
      readonly code: string
      readonly name: string
      readonly kind: ErrorKind
      readonly message: string
      readonly hint: string
    }

/** Beyond the network's own deadline: to begin, and to clean up after it has passed. */
const EXTRA_MS = 10_000

/** Resolves when the network is up. If this process ends before, the network is stopped. */
export async function startDetached(
  request: DevnetRequest,
  onEvent: (event: DevnetEvent) => void,
): Promise<Endpoints> {
  const folder = devnetFolder(request.root, request.name)
  createDevnetFolder(folder)
  const { command, args } = nodeProgram('supervisor')
  const running = await startProcess({
    name: 'supervisor',
    command,
    args: [...args, JSON.stringify(request)],
    logFile: folder.logFile('supervisor'),
    ipc: true,
    outlivesParent: true,
  })
  const endpoints = await firstMessage(running, request.timeoutMs + EXTRA_MS, (received) => {
    const message = received as DetachedMessage
    if (message.type === 'up') return message.endpoints
    if (message.type === 'failed') throw new BeaconError(message)
    onEvent(message.event)
    return undefined
  })
  running.release()
  return endpoints
}
