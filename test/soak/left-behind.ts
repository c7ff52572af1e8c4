/** What networks leave when they have been stopped or killed: processes, ports, folders. */

import { readdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { isFree } from '../../src/cli/doctor/check-ports.ts'
import { listProcesses } from '../../src/cli/doctor/processes.ts'
import type { Endpoints } from '../../src/devnet/endpoints.ts'
import { TEMPORARY_PREFIX } from '../../src/devnet/tied.ts'

const GONE_MS = 20_000
const POLL_MS = 250

export function portsOf({ l1, beacon, rollups }: Endpoints): number[] {
  return [l1!, beacon, ...rollups].map(({ rpcUrl }) => Number(new URL(rpcUrl).port))
}

/** What there is of the networks in `folder`, and on their ports, when everything has had time to end. */
export async function leftBehind(folder: string, ports: readonly number[]): Promise<string[]> {
  const deadline = Date.now() + GONE_MS
  for (;;) {
    const found = [
      ...(await processesOf(folder)).map(({ args }) => `process ${args}`),
      ...leftFolders(folder),
      ...(await heldPorts(ports)),
    ]
    if (found.length === 0 || Date.now() > deadline) return found
    await delay(POLL_MS)
  }
}

/** Each has the folder in its arguments: of its configuration, its state, or its request. */
async function processesOf(folder: string) {
  return (await listProcesses()).filter(({ args }) => args.includes(folder))
}

function leftFolders(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith(TEMPORARY_PREFIX))
    .map((name) => `folder ${name}`)
}

async function heldPorts(ports: readonly number[]): Promise<string[]> {
  const held = await Promise.all(ports.map(async (port) => ((await isFree(port)) ? [] : [`port ${port}`])))
  return held.flat()
}
