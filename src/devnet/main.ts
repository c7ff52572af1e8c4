/**
 * The process of a detached devnet: `node bin/node.js supervisor REQUEST`. Tells over IPC how the start goes. Until the network is up it ends
 * with whoever started it; from then on only a signal or its control socket ends it.
 */

import { BeaconError } from '../errors/beacon-error.ts'
import { isHex } from '../primitives/bytes.ts'
import type { DetachedMessage } from './detached.ts'
import { Devnet, type DevnetRequest } from './devnet.ts'
import { describeEvent } from './event-text.ts'
import { nodeProgram } from './installation.ts'
import type { DevnetEvent } from './supervisor.ts'

const request = JSON.parse(process.argv[3] ?? '{}') as DevnetRequest
const l1Key = process.env.BEACON_L1_KEY
const abort = new AbortController()
const stop = () => abort.abort()

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop)
process.once('disconnect', stop)
try {
  const surroundings = { program: nodeProgram('validator'), l1Key: isHex(l1Key, 32) ? l1Key : null, onEvent }
  const devnet = await Devnet.start(request, surroundings, abort.signal)
  process.off('disconnect', stop)
  say({ type: 'up', endpoints: devnet.endpoints })
  await devnet.ended
  process.exit(0)
} catch (cause) {
  console.error(cause)
  say(failure(cause), () => process.exit(1))
}

function onEvent(event: DevnetEvent): void {
  console.log(`${new Date().toISOString()} ${describeEvent(event)}`)
  say({ type: 'event', event })
}

function failure(cause: unknown): DetachedMessage {
  if (!(cause instanceof BeaconError)) {
    const message = cause instanceof Error ? cause.message : String(cause)
    const hint = 'this is a bug of beacon: please report it with logs/supervisor.log'
    return { type: 'failed', code: 'D900', name: 'SUPERVISOR_FAILED', kind: 'bug', message, hint }
  }
  const { code, name, kind, message, hint } = cause
  return { type: 'failed', code, name, kind, message, hint }
}

/** After the channel is closed, and when nobody listens, this does nothing but call back. */
function say(message: DetachedMessage, sent: () => void = () => {}): void {
  if (process.connected) process.send?.(message, undefined, undefined, sent)
  else sent()
}
