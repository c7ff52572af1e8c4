/** Whether the ports of the default devnet are free, or held by that devnet itself. */

import { createServer } from 'node:net'
import { isRunning } from '../../devnet/control-client.ts'
import { readEndpoints } from '../../devnet/endpoints.ts'
import { type DevnetFolder, devnetFolder } from '../../devnet/folder.ts'
import { FIXED_PORTS } from '../../devnet/plan.ts'
import { broken, type Finding, ok, type Patient } from './finding.ts'

const NAMES = { l1: 'the L1', beacon: 'the Beacon Layer', rollups: 'the first rollup' } as const
const HOST = '127.0.0.1'

export async function checkPorts({ root }: Patient): Promise<Finding[]> {
  const own = await portsOf(devnetFolder(root, 'default'))
  const findings = await Promise.all(
    (['l1', 'beacon', 'rollups'] as const).map(async (key) => {
      const port = FIXED_PORTS[key]
      if (own.has(port)) return null
      return (await isFree(port)) ? null : taken(NAMES[key], port)
    }),
  )
  const problems = findings.filter((finding) => finding !== null)
  const ports = Object.values(FIXED_PORTS).join(', ')
  const holder = own.size === 0 ? 'free' : 'held by the default devnet, or free'
  return problems.length > 0 ? problems : [ok('ports', `${ports}: ${holder}`)]
}

export async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).once('listening', resolve).listen(port, HOST)
    })
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}

function taken(what: string, port: number): Finding {
  const wayOut = `\`lsof -i :${port}\` names it: stop it, or pass --ports auto to \`beacon devnet up\``
  return broken('ports', `port ${port}, meant for ${what}, is held by another process`, wayOut)
}

async function portsOf(folder: DevnetFolder): Promise<ReadonlySet<number>> {
  if (!(await isRunning(folder.path))) return new Set()
  const endpoints = readEndpoints(folder)
  if (endpoints === null) return new Set()
  const { l1, beacon, rollups } = endpoints
  const urls = [l1, beacon, ...rollups].filter((chain) => chain !== null).map(({ rpcUrl }) => rpcUrl)
  return new Set(urls.map((url) => Number(new URL(url).port)))
}
