/** A supervisor as a process of its own, from its start until its network is up; see main.ts for the process itself. */

import { BeaconError, type ErrorKind } from '../errors/beacon-error.ts'
import type { DevnetRequest } from './devnet.ts'
import type { Endpoints } from './endpoints.ts'
import type { DevnetEvent } from './events.ts'
import { firstMessage } from './first-word.ts'
import { createDevnetFolder, devnetFolder } from './folder.ts'
import type { ExtensionSource } from './gateway/extension.ts'
import { nodeProgram } from './installation.ts'
import { type RunningProcess, startProcess } from './process.ts'

export interface SupervisorRequest extends DevnetRequest {
  /**
   * `detached`: once it is up, it stays when whoever started it ends. `tied`: it ends with whoever started it. `temporary`: that too, and
   * then removes `root`, which was made for this network alone.
   */
  readonly life: 'detached' | 'tied' | 'temporary'
  /** What a project adds to the gateways. */
  readonly extension?: ExtensionSource | null
}

/** What the process says over IPC. */
export type SupervisorMessage =
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

export interface StartedSupervisor {
  readonly running: RunningProcess
  readonly endpoints: Endpoints
}

/** Beyond the network's own deadline: to begin, and to clean up after it has passed. */
const EXTRA_MS = 10_000

/** Resolves when the network is up. If this process ends before, or the start fails, everything is stopped. */
export async function startSupervisor(
  request: SupervisorRequest,
  onEvent: (event: DevnetEvent) => void,
  env: NodeJS.ProcessEnv = process.env,
): Promise<StartedSupervisor> {
  const folder = devnetFolder(request.root, request.name)
  createDevnetFolder(folder)
  const program = nodeProgram('supervisor', env)
  const running = await startProcess({
    name: 'supervisor',
    ...program,
    args: [...program.args, JSON.stringify(request)],
    logFile: folder.logFile('supervisor'),
    ipc: true,
    outlivesParent: true,
  })
  try {
    const endpoints = await firstMessage(running, request.timeoutMs + EXTRA_MS, (received) => {
      const message = received as SupervisorMessage
      if (message.type === 'up') return message.endpoints
      if (message.type === 'failed') throw new BeaconError(message)
      onEvent(message.event)
      return undefined
    })
    return { running, endpoints }
  } catch (cause) {
    await running.stop(EXTRA_MS)
    throw cause
  }
}
