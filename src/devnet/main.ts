/**
 * The process of a devnet that has one of its own: `node bin/node.js supervisor REQUEST`. Tells over IPC how the start goes. Until the network
 * is up it ends with whoever started it; from then on, if it is detached, only a signal or its control socket ends it.
 */

import { rmSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import { isBeaconError } from '../errors/beacon-error.ts'
import { STDERR, STDOUT, writeLine } from '../platform/write-line.ts'
import { isHex } from '../primitives/bytes.ts'
import { Devnet } from './devnet.ts'
import { describeEvent } from './event-text.ts'
import type { DevnetEvent } from './events.ts'
import type { ExtensionSource, GatewayExtension } from './gateway/extension.ts'
import { nodeProgram } from './installation.ts'
import { SUPERVISOR_FAILED } from './supervisor-failed.ts'
import type { SupervisorMessage, SupervisorRequest } from './supervisor-process.ts'

const request = JSON.parse(process.argv[3] ?? '{}') as SupervisorRequest
const l1Key = process.env.BEACON_L1_KEY
const abort = new AbortController()
const stop = () => abort.abort()

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop)
process.once('disconnect', stop)
try {
  const surroundings = {
    program: nodeProgram('validator'),
    l1Key: isHex(l1Key, 32) ? l1Key : null,
    extension: request.extension ? await loadExtension(request.extension) : null,
    onEvent,
  }
  const devnet = await Devnet.start(request, surroundings, abort.signal)
  if (request.life === 'detached') process.off('disconnect', stop)
  say({ type: 'up', endpoints: devnet.endpoints })
  await devnet.ended
  leave(0)
} catch (cause) {
  writeLine(STDERR, inspect(cause))
  say(failure(cause), () => leave(1))
}

/** A module of the command line's, which loads the project; its errors are of its own copy of our class. */
async function loadExtension({ module, argument }: ExtensionSource): Promise<GatewayExtension> {
  const { createExtension } = await import(pathToFileURL(module).href)
  return createExtension(argument)
}

function onEvent(event: DevnetEvent): void {
  writeLine(STDOUT, `${new Date().toISOString()} ${describeEvent(event)}`)
  say({ type: 'event', event })
}

/** Of a starter and its supervisor, whichever ends last clears up. */
function leave(exitCode: number): void {
  if (request.life === 'temporary' && !process.connected)
    rmSync(request.root, { recursive: true, force: true })
  process.exit(exitCode)
}

function failure(cause: unknown): SupervisorMessage {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const { code, name, kind, message, hint } = isBeaconError(cause) ? cause : SUPERVISOR_FAILED({ reason })
  return { type: 'failed', code, name, kind, message, hint }
}

/** After the channel is closed, and when nobody listens, this does nothing but call back. */
function say(message: SupervisorMessage, sent: () => void = () => {}): void {
  if (process.connected) process.send?.(message, undefined, undefined, sent)
  else sent()
}
