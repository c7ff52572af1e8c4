/** One validator as a process: its files, its start, its first word. */

import { join } from 'node:path'
import type { NodeConfig, NodeConfigFile } from '../config/node-config.ts'
import { BeaconError } from '../errors/beacon-error.ts'
import type { NodeReport } from '../primitives/process-messages.ts'
import { firstMessage } from './first-word.ts'
import { createNodeFolder, type DevnetFolder, writeJsonFile } from './folder.ts'
import type { PlannedValidator } from './plan.ts'
import { type RunningProcess, startProcess } from './process.ts'

export type ReadyReport = Extract<NodeReport, { type: 'ready' }>

export interface ValidatorProgram {
  readonly command: string
  /** Arguments before `--config FILE`. */
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
}

/** What of a validator's configuration isn't its own folder's. */
export type SharedNodeConfig = Pick<
  NodeConfig,
  'peer' | 'l1' | 'devAccounts' | 'timeAheadMs' | 'logLevel' | 'timing'
>

/** Writes the configuration and the keys, for their owner's eyes only. */
export function writeValidatorFiles(
  folder: DevnetFolder,
  validator: PlannedValidator,
  shared: SharedNodeConfig,
): void {
  const path = createNodeFolder(folder, validator.process)
  const config: NodeConfigFile = {
    schemaVersion: 1,
    validator: validator.index,
    genesisFile: folder.genesisFile,
    keysFile: join(path, 'keys.json'),
    dataDir: join(path, 'data'),
    rpc: { host: '127.0.0.1', port: 0 },
    ...shared,
  }
  writeJsonFile(config.keysFile, validator.keys, 0o600)
  writeJsonFile(configFile(folder, validator.process), config, 0o600)
}

export function spawnValidator(
  folder: DevnetFolder,
  name: string,
  program: ValidatorProgram,
): Promise<RunningProcess> {
  return startProcess({
    name,
    command: program.command,
    args: [...program.args, '--config', configFile(folder, name)],
    env: program.env,
    logFile: folder.logFile(name),
    ipc: true,
  })
}

/** Resolves to its word that it is ready; rejects with the reason that it gives for failing, or that firstMessage finds. */
export function validatorReady(running: RunningProcess, timeoutMs: number): Promise<ReadyReport> {
  return firstMessage(running, timeoutMs, (message) => {
    const report = message as NodeReport
    if (report.type === 'ready') return report
    if (report.type !== 'failed') return undefined
    const { code, name, message: text, hint } = report
    throw new BeaconError({ code, name, kind: 'environment', message: `${running.name}: ${text}`, hint })
  })
}

function configFile(folder: DevnetFolder, name: string): string {
  return join(folder.nodePath(name), 'config.json')
}
