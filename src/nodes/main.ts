/**
 * The entry of every node process: `node bin/node.js validator --config FILE`, or `positions FOLDER...`, which reads the stores of validators
 * that don't run. Reports to the supervisor over IPC, if there is one.
 */

import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { parseGenesisJson } from '../beacon/genesis-json.ts'
import { readNodeConfig } from '../config/node-config.ts'
import { BeaconError } from '../errors/beacon-error.ts'
import { createLogger } from '../platform/logger.ts'
import { type ChainPosition, laterPosition } from '../primitives/forks.ts'
import type { NodeCommand, NodeReport } from '../primitives/process-messages.ts'
import { NODE_FAILED } from './node-failed.ts'
import { readStoredPositions } from './stored-positions.ts'
import { createValidatorPlatform, type InstalledFiles } from './system-platform.ts'
import { startValidator } from './validator.ts'

const { positionals, values } = parseArgs({ options: { config: { type: 'string' } }, allowPositionals: true })
const [role, ...folders] = positionals

/** Beside this file, in the sources as in the bundle, for an entry's own code is never moved to a chunk. */
const extension = extname(import.meta.url)
const files: InstalledFiles = {
  seatWorker: new URL(`./seat-worker${extension}`, import.meta.url),
  components: {
    translator: new URL(`../platform/components/translator-worker${extension}`, import.meta.url),
    // Built, whatever this process was started from.
    shipped: fileURLToPath(
      new URL(extension === '.ts' ? '../../dist/runtime' : '../runtime', import.meta.url),
    ),
  },
}

let logger = createLogger({ level: 'info' })
try {
  if (role === 'validator' && values.config !== undefined) await runValidator(values.config)
  else if (role === 'positions' && folders.length > 0) await tellPositions(folders)
  else {
    process.stderr.write('usage: node bin/node.js validator --config FILE | positions FOLDER...\n')
    process.exit(2)
  }
} catch (cause) {
  fail(cause)
}
process.on('uncaughtException', fail)
process.on('unhandledRejection', fail)

async function runValidator(configFile: string): Promise<void> {
  const { config, keys } = readNodeConfig(configFile)
  logger = createLogger({
    level: config.logLevel,
    fields: config.validator === null ? {} : { validator: config.validator },
  })
  const genesis = parseGenesisJson(JSON.parse(readFileSync(config.genesisFile, 'utf8')))
  const platform = createValidatorPlatform(config.dataDir, logger, files)
  const validator = await startValidator(config, keys, genesis, { platform, report, fail })
  process.on('message', (command: NodeCommand) => {
    if (command.type === 'peers') validator.setPeers(command.peers)
    else if (command.type === 'faults') validator.setFaults(command.faults)
    else validator.setTime(command)
  })
  process.on('SIGTERM', () => void validator.stop().finally(() => process.exit(0)))
  // Ctrl-C in a terminal reaches the whole process group; only the supervisor decides.
  process.on('SIGINT', () => {})
  // The supervisor is gone, however it died: never outlive it.
  process.on('disconnect', () => process.exit(0))
}

async function tellPositions(dataDirs: readonly string[]): Promise<void> {
  const highest = new Map<number, ChainPosition>()
  for (const dataDir of dataDirs) {
    for (const position of await readStoredPositions(dataDir)) {
      const known = highest.get(position.rollup)
      highest.set(position.rollup, known === undefined ? position : laterPosition(known, position))
    }
  }
  report({ type: 'positions', positions: [...highest.values()] })
  process.disconnect?.()
}

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
