/**
 * A devnet that lives as long as the process that asked for it: for tests, and for commands that need a network while they run. It has a
 * supervisor of its own, which notices however its starter ends, so that nothing is left behind after a kill -9 either.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BeaconError } from '../errors/beacon-error.ts'
import type { Endpoints } from './endpoints.ts'
import type { DevnetEvent } from './events.ts'
import { type DevnetFolder, devnetFolder } from './folder.ts'
import type { ExtensionSource } from './gateway/extension.ts'
import type { GivenOptions } from './options.ts'
import type { RunningProcess } from './process.ts'
import { loadNetwork } from './saved/load.ts'
import { startSupervisor } from './supervisor-process.ts'

export interface TiedRequest {
  readonly given: GivenOptions
  /** A saved network to go on with, instead of a new one. */
  readonly from?: string
  /** Leaves the folder where it is when the network stops. */
  readonly keep: boolean
  readonly timeoutMs: number
  /** What a project adds to the gateways. */
  readonly extension?: ExtensionSource | null
  /** Called before any process starts; if it rejects, none does. */
  readonly onPlanned?: (folder: DevnetFolder) => Promise<void>
  readonly onEvent?: (event: DevnetEvent) => void
  /**
   * Called when the network could not be started, before its folder is removed. Without it the folder stays, for the error names its logs,
   * unless the request itself was the mistake.
   */
  readonly onFailure?: (folder: DevnetFolder) => void
}

export interface TiedDevnet {
  readonly folder: DevnetFolder
  readonly endpoints: Endpoints
  /** Stops everything and removes the folder unless it is kept. Stopping twice is stopping once. */
  stop(): Promise<void>
}

/** Of the folders in the system's temporary one that hold one network each. */
export const TEMPORARY_PREFIX = 'beacon-devnet-'

/** It is the only one in its folder. */
const NAME = 'default'
/** For a supervisor to stop its processes, which have a grace period of their own. */
const STOP_MS = 10_000
/** What a test runner or a debugger sets for the tests alone: a network of eight processes is not under test itself. */
const NOT_FOR_NETWORKS = ['NODE_OPTIONS', 'NODE_V8_COVERAGE', 'NODE_TEST_CONTEXT']
/** What the network's processes get in place of NODE_OPTIONS: for profiles, limits of memory, preloads. */
const NETWORK_OPTIONS = 'BEACON_NODE_OPTIONS'

/** Resolves when the network is up, in a temporary folder and on ports that were free. */
export async function startTied(request: TiedRequest): Promise<TiedDevnet> {
  const { given, keep, timeoutMs, extension, onFailure } = request
  const { onEvent = () => {}, onPlanned = async () => {} } = request
  const root = mkdtempSync(join(tmpdir(), TEMPORARY_PREFIX))
  const folder = devnetFolder(root, NAME)
  const remove = () => {
    if (!keep) rmSync(root, { recursive: true, force: true })
  }
  await onPlanned(folder).catch((cause) => {
    rmSync(root, { recursive: true })
    throw cause
  })
  if (request.from !== undefined) await load(request.from, folder, root)
  const life = keep ? 'tied' : 'temporary'
  const asked = {
    root,
    name: NAME,
    given: { ...given, ports: 'auto' as const },
    fresh: false,
    timeoutMs,
    life,
    extension: extension ?? null,
  } as const
  try {
    const { running, endpoints } = await startSupervisor(asked, onEvent, environment())
    // A network that nobody disposed of must not keep a test runner waiting.
    running.unref()
    let stopping: Promise<void> | undefined
    return {
      folder,
      endpoints,
      stop: () => {
        stopping ??= stop(running).finally(remove)
        return stopping
      },
    }
  } catch (cause) {
    onFailure?.(folder)
    if (onFailure !== undefined || (cause as BeaconError).kind === 'user') remove()
    throw cause
  }
}

async function load(file: string, folder: DevnetFolder, root: string): Promise<void> {
  try {
    await loadNetwork(file, folder, { replace: false })
  } catch (cause) {
    rmSync(root, { recursive: true, force: true })
    throw cause
  }
}

async function stop(running: RunningProcess): Promise<void> {
  await running.stop(STOP_MS)
}

function environment(): NodeJS.ProcessEnv {
  const env = { ...process.env }
  for (const name of NOT_FOR_NETWORKS) delete env[name]
  const options = env[NETWORK_OPTIONS]
  return options === undefined ? env : { ...env, NODE_OPTIONS: options }
}
