/** The entry of every node process: `node bin/node.js validator --config FILE`. Reports to the supervisor over IPC, if there is one. */

import { extname } from 'node:path'
import { parseArgs } from 'node:util'
import { readNodeConfig } from '../config/node-config.ts'
import { BeaconError } from '../errors/beacon-error.ts'
import { createLogger } from '../platform/logger.ts'
import type { NodeCommand, NodeReport } from '../primitives/process-messages.ts'
import { NODE_FAILED } from './node-failed.ts'
import { startValidator } from './validator.ts'

const { positionals, values } = parseArgs({ options: { config: { type: 'string' } }, allowPositionals: true })
if (positionals[0] !== 'validator' || values.config === undefined) {
  process.stderr.write('usage: node bin/node.js validator --config FILE\n')
  process.exit(2)
}

/** Beside this file, in the sources as in the bundle, for an entry's own code is never moved to a chunk. */
const seatWorkerFile = new URL(`./seat-worker${extname(import.meta.url)}`, import.meta.url)

let logger = createLogger({ level: 'info' })
try {
  const { config, keys } = readNodeConfig(values.config)
  logger = createLogger({ level: config.logLevel, fields: { validator: config.validator } })
  const validator = await startValidator(config, keys, { logger, seatWorkerFile, report, fail })
  process.on('message', (command: NodeCommand) => validator.setPeers(command.peers))
  process.on('SIGTERM', () => void validator.stop().finally(() => process.exit(0)))
  // Ctrl-C in a terminal reaches the whole process group; only the supervisor decides.
  process.on('SIGINT', () => {})
  // The supervisor is gone, however it died: never outlive it.
  process.on('disconnect', () => process.exit(0))
} catch (cause) {
  fail(cause)
}
process.on('uncaughtException', fail)
process.on('unhandledRejection', fail)

function report(message: NodeReport): void {
  if (process.connected) process.send?.(message)
}

/** A node that can't keep its promises (say, its disk is full) stops at once rather than go on without them. */
function fail(cause: unknown): void {
  logger.error(
    { error: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) },
    'the node stops',
  )
  const reason = cause instanceof Error ? cause.message : String(cause)
  const error = cause instanceof BeaconError ? cause : NODE_FAILED({ reason })
  const { code, name, message, hint } = error
  report({ type: 'failed', code, name, message, hint })
  // Leaves the report time to get out.
  setTimeout(() => process.exit(error.exitCode), 50)
}
