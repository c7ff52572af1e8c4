/** What devnets left behind whose supervisor is gone: processes, folders that say they run, and temporary folders of tests. */

import { readdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isRunning } from '../../devnet/control-client.ts'
import { readEndpoints } from '../../devnet/endpoints.ts'
import { devnetFolder, listDevnets } from '../../devnet/folder.ts'
import { TEMPORARY_PREFIX } from '../../devnet/tied.ts'
import { broken, type Finding, ok, type Patient, warning } from './finding.ts'
import { listProcesses } from './processes.ts'

/** A supervisor that is just starting may not hold its lock yet. */
const SETTLED_MS = 60_000

/** Arguments by which a process of a devnet is known; the group is the devnet's folder. */
const OF_DEVNETS = [
  / validator --config (\S.*)\/nodes\/validator-\d+\/config\.json/,
  / --state (\S.*)\/nodes\/l1\/state\.json/,
]

export async function checkLeftovers({ root }: Patient): Promise<Finding[]> {
  const findings = await Promise.all([staleProcesses(), deadDevnets(root), temporaryFolders()])
  const found = findings.flat()
  return found.length > 0 ? found : [ok('leftovers', 'no process or folder of a devnet that is gone')]
}

async function staleProcesses(): Promise<Finding[]> {
  const pids = new Map<string, number[]>()
  for (const { pid, args } of await listProcesses()) {
    const folder = OF_DEVNETS.map((pattern) => pattern.exec(args)?.[1]).find((match) => match !== undefined)
    if (folder !== undefined) pids.set(folder, [...(pids.get(folder) ?? []), pid])
  }
  const findings = [...pids].map(async ([folder, own]) => {
    if (await isRunning(folder)) return []
    const message = `${own.length} processes of the devnet in ${folder} run, and their supervisor is gone`
    return [broken('leftovers', message, `kill ${own.join(' ')}`)]
  })
  return (await Promise.all(findings)).flat()
}

async function deadDevnets(root: string): Promise<Finding[]> {
  const findings = listDevnets(root).map(async (name) => {
    const folder = devnetFolder(root, name)
    if (statusOf(folder) !== 'running' || (await isRunning(folder.path))) return []
    const message = `the supervisor of devnet '${name}' ended without stopping it`
    return [warning('leftovers', message, `\`beacon devnet up --name ${name}\` goes on where it was`)]
  })
  return (await Promise.all(findings)).flat()
}

async function temporaryFolders(): Promise<Finding[]> {
  const folders = readdirSync(tmpdir())
    .filter((name) => name.startsWith(TEMPORARY_PREFIX))
    .map((name) => join(tmpdir(), name))
    .filter((path) => Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) > SETTLED_MS)
  const findings = folders.map(async (path) => {
    const running = await Promise.all(listDevnets(path).map((name) => isRunning(join(path, name))))
    if (running.includes(true)) return []
    return [warning('leftovers', `${path} was left, or kept, by a test`, `rm -r ${path}`)]
  })
  return (await Promise.all(findings)).flat()
}

function statusOf(folder: ReturnType<typeof devnetFolder>): string | undefined {
  try {
    return readEndpoints(folder)?.status
  } catch {
    // Damaged: `devnet up` says so, and what to do.
    return undefined
  }
}
